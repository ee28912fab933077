import { type Exchange, headerOf } from '../engine/http/exchange.ts'
import type { Verdict } from '../engine/verdict.ts'
import { type Counts, type Latency, verdicts } from './report.ts'

export const countsOf = (results: readonly { verdict: Verdict }[]): Counts => {
  const counts = Object.fromEntries(verdicts.map((verdict) => [verdict, 0])) as Counts
  for (const { verdict } of results) counts[verdict] += 1
  return counts
}

/** The smallest value that so many of all values do not exceed (nearest rank). */
const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0

const tenth = (ms: number): number => Math.round(ms * 10) / 10

/** The first answer may wait for a platform to wake up; mixed with the others it would hide them. */
export const latencyOf = (exchanges: readonly Exchange[]): Latency => {
  const answered = exchanges.filter(({ response, edge }) => response && !edge)
  const [first, ...others] = answered
  const warm = others
    .filter(({ request }) => !request.fresh)
    .map(({ ms }) => ms)
    .sort((one, two) => one - two)
  return {
    coldMs: first ? tenth(first.ms) : null,
    warm:
      warm.length === 0
        ? null
        : {
            count: warm.length,
            p50Ms: tenth(percentile(warm, 0.5)),
            p95Ms: tenth(percentile(warm, 0.95)),
            maxMs: tenth(percentile(warm, 1)),
          },
  }
}

/** Date has whole seconds, cut off: on average it lies half a second back (RFC 9110 §5.6.7). */
const CUT_MS = 500

export const clockSkewOf = (exchanges: readonly Exchange[]): number | null => {
  const skews = exchanges
    .map(({ response, startedAt, ms }) => {
      return Date.parse(headerOf(response, 'date') ?? '') + CUT_MS - (startedAt + ms / 2)
    })
    .filter((skew) => !Number.isNaN(skew))
    .sort((one, two) => one - two)
  return skews.length === 0 ? null : Math.round(percentile(skews, 0.5))
}
