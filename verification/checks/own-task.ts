import { type CheckContext, TASKS } from '../engine/check-context.ts'
import { oncePerRun } from './once-per-run.ts'

/** Under which the task of A is made: whoever shows it again, and no good token, is told nothing. */
export const ownKey = ({ runId }: CheckContext): [string, string] => [
  'Idempotency-Key',
  `vrf-${runId}-own`,
]

/** A task of A for checks whose requests are all refused: none of them may change it. */
export const ownTask = oncePerRun((context) => context.task('A', {}, [ownKey(context)]))

const begun = new Map<string, Promise<unknown>[]>()

/** Once per run, like `oncePerRun`; and what has come of all of them is looked for once, when they are done. */
export const refusing = <T>(make: (context: CheckContext) => Promise<T>) => {
  const once = oncePerRun(make)
  return (context: CheckContext): Promise<T> => {
    const work = once(context)
    begun.set(context.runId, [...(begun.get(context.runId) ?? []), work])
    return work
  }
}

/** The task, and all that A has made, when they are. Checks that run side by side begin in one go. */
export const afterRefusals = oncePerRun(async (context) => {
  await Promise.allSettled(begun.get(context.runId) ?? [])
  const before = await ownTask(context)
  const [listed, read] = await Promise.all([
    // By what is in every title: of what was refused a part may be left out, its tags.
    context.send({ path: `${TASKS}?search=${context.runId}&per_page=100`, as: 'A' }),
    context.send({ path: `${TASKS}/${before.id}`, as: 'A' }),
  ])
  return { before, listed, read }
})
