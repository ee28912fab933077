import { Fault } from '../../../domain/fault.ts'
import { PER_PAGE_MAX } from '../../../domain/listing.ts'
import type { Owner } from '../../../domain/owner.ts'

/** Something that one owner wants to read. */
export interface Question {
  owner: Owner
  /** the same where a statement for one would answer the other; absent where it suits nobody else */
  kind?: string
  /** how many tasks are read for it at the most */
  tasks: number
}

/** What a statement says to one of its questions, and to whom. */
export interface Answer {
  owner: string
}

/** At least one, all of one kind. */
export type Gathered<Q> = readonly [Q, ...Q[]]

interface Asked<Q, A> {
  question: Q
  resolve(answer: A): void
  reject(error: unknown): void
}

/** No statement reads more than anybody may ask for alone: in company nobody waits longer than for a large page. */
const TASKS_MAX = PER_PAGE_MAX

/**
 * While others are being answered, asks together what comes in one turn of the event loop: on a busy service the
 * system's calls for sending a statement and waking the server cost more than what it reads. Who comes alone is not
 * kept waiting.
 *
 * `ask` answers in the order of the questions. Each answer names its owner, and one that is not whose question it
 * is meant for goes to nobody.
 */
export const gatheredReads = <Q extends Question, A extends Answer>(
  ask: (questions: Gathered<Q>) => Promise<readonly A[]>,
): ((question: Q) => Promise<A>) => {
  const waiting = new Map<string, Asked<Q, A>[]>()
  let underWay = 0

  const answer = async (together: readonly Asked<Q, A>[]): Promise<void> => {
    underWay += 1
    try {
      const answers = await ask(together.map(({ question }) => question) as [Q, ...Q[]])
      together.forEach(({ question, resolve, reject }, at) => {
        const own = answers[at]
        if (own?.owner === question.owner) resolve(own)
        else reject(new Error('this answer is somebody else’s'))
      })
    } catch (error) {
      // A fault is about the database and meets all alike. Anything else may be about one of them only.
      if (together.length > 1 && !(error instanceof Fault))
        for (const one of together) answer([one])
      else for (const { reject } of together) reject(error)
    } finally {
      underWay -= 1
    }
  }

  const send = () => {
    for (const [kind, all] of waiting) {
      waiting.delete(kind)
      const most = Math.max(1, Math.floor(TASKS_MAX / (all[0]?.question.tasks ?? 1)))
      for (let at = 0; at < all.length; at += most) answer(all.slice(at, at + most))
    }
  }

  return (question) =>
    new Promise((resolve, reject) => {
      const one = { question, resolve, reject }
      const { kind } = question
      if (kind === undefined || underWay === 0) return void answer([one])
      if (waiting.size === 0) setImmediate(send)
      const others = waiting.get(kind)
      if (others) others.push(one)
      else waiting.set(kind, [one])
    })
}
