/** Why a step was not played, in words for the summary: neither held nor broken. */
export class NotDone extends Error {}

/** One thing that a deployment goes through. */
export interface Step<Stage> {
  name: string
  /** what is claimed to happen */
  promised: string
  /** names of steps without which this one has nothing to stand on */
  needs?: readonly string[]
  /** Returns what was seen. @throws NotDone with the reason; Error with what was seen instead */
  run(stage: Stage): Promise<string>
}

export interface Outcome {
  name: string
  promised: string
  verdict: 'held' | 'broken' | 'not done'
  /** what was seen, or why nothing was */
  seen: string
  seconds: number
}

export interface PlayOptions {
  /** told as each step ends */
  onOutcome(outcome: Outcome, done: number, of: number): void
  /** ends it: what is not begun stays undone */
  signal: AbortSignal
  /** told of each step's work, which may go on for a moment after it was interrupted */
  onWork?: ((work: Promise<unknown>) => void) | undefined
}

/** Plays the steps one after the other; one that broke takes only those with it that need it. */
export const play = async <Stage>(
  steps: readonly Step<Stage>[],
  stage: Stage,
  { onOutcome, onWork, signal }: PlayOptions,
): Promise<Outcome[]> => {
  const outcomes: Outcome[] = []
  for (const step of steps) {
    const begun = performance.now()
    const { verdict, seen } = await outcomeOf(step, stage, outcomes, { signal, onWork })
    const seconds = (performance.now() - begun) / 1_000
    const outcome = { name: step.name, promised: step.promised, verdict, seen, seconds }
    outcomes.push(outcome)
    onOutcome(outcome, outcomes.length, steps.length)
  }
  return outcomes
}

const outcomeOf = async <Stage>(
  { needs = [], run }: Step<Stage>,
  stage: Stage,
  before: readonly Outcome[],
  { signal, onWork }: Pick<PlayOptions, 'signal' | 'onWork'>,
): Promise<Pick<Outcome, 'verdict' | 'seen'>> => {
  const missing = needs.find((name) => before.find((it) => it.name === name)?.verdict !== 'held')
  if (signal.aborted) return { verdict: 'not done', seen: 'interrupted' }
  if (missing) return { verdict: 'not done', seen: `it needs "${missing}", which did not hold` }
  try {
    const work = run(stage)
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
    const stop = () => reject(new NotDone('interrupted'))
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' · ').slice(0, 500)

export const lineOf = ({ name, promised, verdict, seen, seconds }: Outcome, n: number): string =>
  [
    `${String(n).padStart(2)} ${verdict.toUpperCase().padEnd(8)} ${name} (${seconds.toFixed(1)} s)`,
    `            promised ${promised}`,
    `            ${verdict === 'not done' ? 'not done' : 'seen    '} ${seen}`,
  ].join('\n')

/** How it went: nothing that was not done counts as held. */
export const summaryOf = (outcomes: readonly Outcome[]): { held: boolean; lines: string[] } => {
  const of = (verdict: Outcome['verdict']) => outcomes.filter((it) => it.verdict === verdict)
  const [broken, undone] = [of('broken'), of('not done')]
  const reasons = [...new Set(undone.map(({ seen }) => seen))]
  const namesFor = (reason: string) =>
    undone.filter(({ seen }) => seen === reason).map(({ name }) => name)
  return {
    held: broken.length === 0 && undone.length === 0 && outcomes.length > 0,
    lines: [
      ...broken.map(({ name, seen }) => `BROKEN    ${name}: ${seen}`),
      ...reasons.map((reason) => `NOT DONE  ${namesFor(reason).join(', ')}: ${reason}`),
      `${of('held').length} held, ${broken.length} broken, ${undone.length} not done`,
    ],
  }
}
