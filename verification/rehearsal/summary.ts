import type { Outcome } from './step.ts'

/** An outcome in three lines. */
export const linesOf = ({ name, promised, verdict, seen, seconds }: Outcome, n: number): string =>
  [
    `${String(n).padStart(2)} ${verdict.toUpperCase().padEnd(8)} ${name} (${seconds.toFixed(1)} s)`,
    `            promised ${promised}`,
    `            ${verdict === 'not done' ? 'not done' : 'seen    '} ${seen}`,
  ].join('\n')

/** Whether all held, where a step that was not done has not, and what to say of those that did not. */
export const summaryOf = (outcomes: readonly Outcome[]): { held: boolean; lines: string[] } => {
  const withVerdict = (verdict: Outcome['verdict']) =>
    outcomes.filter((it) => it.verdict === verdict)
  const [held, broken, notDone] = [
    withVerdict('held'),
    withVerdict('broken'),
    withVerdict('not done'),
  ]
  const reasons = [...new Set(notDone.map(({ seen }) => seen))]
  const namesFor = (reason: string) =>
    notDone.filter(({ seen }) => seen === reason).map(({ name }) => name)
  return {
    held: held.length === outcomes.length && outcomes.length > 0,
    lines: [
      ...broken.map(({ name, seen }) => `BROKEN    ${name}: ${seen}`),
      ...reasons.map((reason) => `NOT DONE  ${namesFor(reason).join(', ')}: ${reason}`),
      `${held.length} held, ${broken.length} broken, ${notDone.length} not done`,
    ],
  }
}
