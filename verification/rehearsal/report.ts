import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RehearsalContext } from './context.ts'
import type { Outcome } from './step.ts'

/** What a person should know before the first outcome. */
export const introduction = ({ source, options, sandbox }: RehearsalContext): string[] => {
  const { commit, uncommitted, tree } = source
  return [
    commit ? `Rehearsing commit ${commit.slice(0, 12)}` : `Rehearsing the files of ${tree}`,
    nodeLine(tree),
    ...(uncommitted > 0 ? [`The tree is dirty: ${uncommitted} changes are not rehearsed`] : []),
    ...(sandbox.missing ? [`No namespaces: ${sandbox.missing}`] : []),
    ...options.without.map((name) => `${name} is left out on purpose`),
    '',
  ]
}

const nodeLine = (tree: string): string => {
  const file = join(tree, '.node-version')
  const deployed = existsSync(file) ? readFileSync(file, 'utf8').trim() : process.versions.node
  return deployed === process.versions.node
    ? `Node ${deployed}`
    : `Node ${process.versions.node}, although a deploy takes ${deployed}`
}

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
