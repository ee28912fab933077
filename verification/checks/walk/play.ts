import type { CheckContext } from '../../engine/check-context.ts'
import type { Exchange } from '../../engine/http/exchange.ts'
import { neverIssued } from '../tasks.ts'
import type { Flaw } from './model/flaw.ts'
import { judge } from './model/judge.ts'
import { newWorld, type World } from './model/world.ts'
import type { Scope } from './scope.ts'
import { requestOf, type Step, type Turn } from './steps.ts'

/** What was sent of a walk, turn by turn, and how it ended before its end. */
export interface Played {
  turns: readonly Turn[]
  exchanges: readonly (readonly Exchange[])[]
  /** the answer that the contract does not allow */
  broken?: Flaw & { exchange: Exchange }
  /** one that tells nothing: none at all, or of a service that is busy */
  unclear?: Exchange
}

/** Plays turns on fresh tasks as long as `next` has one and every answer is as it has to be. */
export const play = async (
  context: CheckContext,
  next: (world: World, sent: readonly Step[]) => Turn | undefined,
): Promise<Played> => {
  let world = newWorld(newScope(context))
  const turns: Turn[] = []
  const exchanges: (readonly Exchange[])[] = []
  for (;;) {
    const turn = next(world, turns.flat())
    if (!turn) return { turns, exchanges }
    const answers = await Promise.all(turn.map((step) => context.send(requestOf(world, step))))
    turns.push(turn)
    exchanges.push(answers)
    const unclear = answers.find(tellsNothing)
    if (unclear) return { turns, exchanges, unclear }
    const judged = judgeTurn(world, turn, answers)
    if ('broken' in judged) return { turns, exchanges, broken: judged.broken }
    world = judged.world
  }
}

/** Texts of its own, of which no answer to the other user may hold any. */
export const newScope = (context: CheckContext): Scope => {
  const { users } = context.settings
  const token = context.canary()
  for (const by of ['A', 'B'] as const) context.reserve(by, `${token}${by}`)
  const subjects = { A: users?.a.subject ?? '', B: users?.b.subject ?? '' }
  return { token, nobody: neverIssued(), subjects }
}

const tellsNothing = (exchange: Exchange): boolean =>
  !exchange.response || exchange.edge || [429, 503].includes(exchange.response.status)

type Judged = { world: World } | { broken: NonNullable<Played['broken']> }

/** What is sent at once may have been done in either order, but in one. */
const judgeTurn = (world: World, turn: Turn, answers: readonly Exchange[]): Judged => {
  const order = turn.map((_, index) => index)
  const forth = judgeInOrder(world, turn, answers, order)
  if ('world' in forth || turn.length === 1) return forth
  const back = judgeInOrder(world, turn, answers, order.toReversed())
  if ('world' in back) return back
  const expected = `${forth.broken.expected}; or in the other order ${back.broken.expected}`
  return { broken: { ...forth.broken, expected } }
}

const judgeInOrder = (
  before: World,
  turn: Turn,
  answers: readonly Exchange[],
  order: readonly number[],
): Judged => {
  const world = turn.length === 1 ? before : copyOf(before)
  for (const index of order) {
    const [step, exchange] = [turn[index] as Step, answers[index] as Exchange]
    const flaw = judge(world, step, exchange)
    if (flaw) return { broken: { ...flaw, exchange } }
  }
  return { world }
}

const copyOf = ({ scope, ...kept }: World): World => ({ scope, ...structuredClone(kept) })
