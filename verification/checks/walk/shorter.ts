import type { Step, Turn } from './steps.ts'

/**
 * Shorter walks that may break the same promise, the most promising first: what concerns the last turn alone,
 * the latest turns, all but some turns, then the same turns with less in them. The last turn stays: it broke it.
 */
export const shorter = (turns: readonly Turn[]): Turn[][] => {
  const found = [concerning(turns), ...latest(turns), ...withoutSome(turns), ...simpler(turns)]
  return found.filter((it) => isWhole(it) && JSON.stringify(it) !== JSON.stringify(turns))
}

/** What a step works on and what it makes, by name. */
const usedBy = (step: Step): string | undefined =>
  step.op === 'list' || step.op === 'create'
    ? undefined
    : step.op === 'follow'
      ? step.link
      : step.task
const madeBy = (step: Step): string | undefined =>
  step.op === 'list'
    ? step.link
    : step.op === 'follow'
      ? step.next
      : step.op === 'create'
        ? step.task
        : undefined

/** Whether everything that is worked on was made before. */
const isWhole = (turns: readonly Turn[]): boolean => {
  const made = new Set<string | undefined>([undefined, 'nobody'])
  return turns.flat().every((step) => {
    const holds = made.has(usedBy(step))
    made.add(madeBy(step))
    return holds
  })
}

/** What was done to the same tasks or under the same key, and for a list whatever its user wrote. */
const concerning = (turns: readonly Turn[]): Turn[] => {
  const last = turns.at(-1) ?? []
  const names = new Set(last.flatMap((step) => [usedBy(step), madeBy(step)]))
  const keys = new Set(last.map(keyOf))
  const readers = new Set(last.filter(isOfList).map(({ by }) => by))
  const concerns = (step: Step): boolean =>
    (names.has(usedBy(step)) && usedBy(step) !== undefined) ||
    (names.has(madeBy(step)) && madeBy(step) !== undefined) ||
    (keyOf(step) !== undefined && keys.has(keyOf(step))) ||
    (readers.has(step.by) && step.op !== 'read' && !isOfList(step))
  const kept: Turn[] = []
  for (const turn of turns.toReversed()) {
    if (!turn.some(concerns)) continue
    kept.unshift(turn)
    for (const step of turn) names.add(usedBy(step))
  }
  return kept
}

const keyOf = (step: Step): string | undefined => ('key' in step ? step.key : undefined)
const isOfList = ({ op }: Step): boolean => op === 'list' || op === 'follow'

/** The last few turns, with every task that was created before. */
const latest = (turns: readonly Turn[]): Turn[][] =>
  [3, 6, 12].map((count) =>
    turns.filter(
      (turn, index) => index >= turns.length - count || turn.some(({ op }) => op === 'create'),
    ),
  )

/** By halves, then quarters, and in the end by single turns. */
const withoutSome = (turns: readonly Turn[]): Turn[][] => {
  const found: Turn[][] = []
  const before = turns.length - 1
  for (let size = Math.ceil(before / 2); size > 0; size = size > 1 ? Math.ceil(size / 2) : 0)
    for (let from = 0; from < before; from += size)
      found.push([...turns.slice(0, from), ...turns.slice(Math.min(before, from + size))])
  return found
}

const simpler = (turns: readonly Turn[]): Turn[][] =>
  turns.flatMap((turn, index) =>
    simplerTurns(turn).map((less) => turns.map((it, at) => (at === index ? less : it))),
  )

const simplerTurns = (turn: Turn): Turn[] =>
  turn.length > 1
    ? turn.map((step) => [step])
    : turn.flatMap((step) => simplerSteps(step).map((less) => [less]))

const dispensable = ['key', 'match', 'unless', 'perPage', 'page'] as const
/** A task needs its title and the tag by which it is found. */
const needed = ['title', 'tags', 'within', 'per_page']

const simplerSteps = (step: Step): Step[] => {
  const without = dispensable.filter((name) => name in step).map((name) => omitting(step, name))
  const nested = (['words', 'query'] as const).flatMap((part) => {
    const whole = (step as unknown as Record<string, object>)[part] ?? {}
    return Object.keys(whole)
      .filter((name) => step.op === 'change' || !needed.includes(name))
      .map((name) => ({ ...step, [part]: omitting(whole, name) }) as Step)
  })
  return [...without, ...nested]
}

const omitting = <T extends object>(whole: T, name: string): T =>
  Object.fromEntries(Object.entries(whole).filter(([it]) => it !== name)) as T
