import type { RehearsalContext } from './context.ts'

/** Thrown with the reason why a step was not run: it has neither held nor broken. */
export class NotDone extends Error {}

/** One thing that a deployment goes through. */
export interface Step<Context = RehearsalContext> {
  name: string
  /** what is claimed to happen */
  promised: string
  /** names of the steps that have to hold before this one can run */
  needs?: readonly string[]
  /** Returns what was seen. @throws NotDone with the reason; Error with what was seen instead */
  run(context: Context): Promise<string>
}

export interface Outcome {
  name: string
  promised: string
  verdict: 'held' | 'broken' | 'not done'
  /** what was seen, or the reason why it was not done */
  seen: string
  seconds: number
}

export interface RunOptions {
  /** called as each step ends */
  onOutcome(outcome: Outcome, done: number): void
  /** interrupts the step that runs; those after it are not begun */
  signal: AbortSignal
  /** called with the work of each step, which may go on for a moment after an interruption */
  onWork?: ((work: Promise<unknown>) => void) | undefined
}

/** Runs the steps one after the other; after one that did not hold, those that need it are left out. */
export const runSteps = async <Context>(
  steps: readonly Step<Context>[],
  context: Context,
  { onOutcome, ...options }: RunOptions,
): Promise<Outcome[]> => {
  const outcomes: Outcome[] = []
  for (const step of steps) {
    const { name, promised } = step
    const start = performance.now()
    const { verdict, seen } = await outcomeOf(step, context, outcomes, options)
    const seconds = (performance.now() - start) / 1_000
    const outcome = { name, promised, verdict, seen, seconds }
    outcomes.push(outcome)
    onOutcome(outcome, outcomes.length)
  }
  return outcomes
}

const outcomeOf = async <Context>(
  { needs = [], run }: Step<Context>,
  context: Context,
  earlier: readonly Outcome[],
  { signal, onWork }: Pick<RunOptions, 'signal' | 'onWork'>,
): Promise<Pick<Outcome, 'verdict' | 'seen'>> => {
  const missing = needs.find((name) => earlier.find((it) => it.name === name)?.verdict !== 'held')
  if (signal.aborted) return { verdict: 'not done', seen: 'interrupted' }
  if (missing) return { verdict: 'not done', seen: `it needs "${missing}", which did not hold` }
  try {
    const work = run(context)
    onWork?.(work)
    return { verdict: 'held', seen: await interruptible(work, signal) }
  } catch (error) {
    if (signal.aborted) return { verdict: 'not done', seen: 'interrupted' }
    const seen = oneLine(error instanceof Error ? error.message : String(error))
    return { verdict: error instanceof NotDone ? 'not done' : 'broken', seen }
  }
}

const interruptible = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const abort = () => reject(new NotDone('interrupted'))
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' · ').slice(0, 500)
