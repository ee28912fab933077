import type { TaskJson } from '../../../engine/check-context.ts'
import { oncePerRun } from '../../once-per-run.ts'

/** What A and B own alike, so that whatever finds a task of A finds one of B unless it heeds the owner. */
export const kinds = [
  { priority: 'low', completed: true, due_date: '0100-01-01' },
  { priority: 'high', completed: true, due_date: '9000-12-31' },
  { priority: 'medium', completed: false, due_date: null },
] as const

export type Kind = (typeof kinds)[number]

export interface Twins {
  /** one of each kind */
  ofA: readonly TaskJson[]
  /** two of each kind */
  ofB: readonly TaskJson[]
  /** tags that all of them bear */
  tags: readonly [string, string]
  /** words that are in the title and in the description of all, and by their look of other types */
  words: readonly [string, string]
}

/**
 * Of each kind B has two and A one between them: older and newer, before and behind in every order. So the first
 * of B's would come before A's on a page, and the second after it by cursor.
 */
export const twins = oncePerRun(async (context): Promise<Twins> => {
  const tags = [`twin-${context.runId}`, `both-${context.runId}`] as const
  const words = ['20300115', 'true'] as const
  let place = 0
  const make = (as: 'A' | 'B', kind: Kind): Promise<TaskJson> => {
    place += 1
    // The place before what nobody can guess, so that titles sort as they were made.
    const title = `vrf-${context.runId}-${place} ${words[0]} ${context.canary().slice(-18)}`
    return context.task(as, { ...kind, title, description: `${words[1]} of ${as}`, tags })
  }
  const [ofA, ofB]: [TaskJson[], TaskJson[]] = [[], []]
  for (const kind of kinds) {
    ofB.push(await make('B', kind))
    ofA.push(await make('A', kind))
    ofB.push(await make('B', kind))
  }
  return { ofA, ofB, tags, words }
})
