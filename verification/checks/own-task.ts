import { oncePerRun } from './once-per-run.ts'

/** A task of A for checks whose requests are all refused: none of them may change it. */
export const ownTask = oncePerRun((context) => context.task('A'))
