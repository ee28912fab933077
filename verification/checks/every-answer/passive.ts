import type { PassiveCheck, Traffic } from '../../engine/check.ts'
import type { Exchange } from '../../engine/http/exchange.ts'
import type { Finding } from '../../engine/verdict.ts'

/** Few enough to read, many enough to see a pattern. */
export const FINDINGS_MAX = 5

/** What is wrong with one answer in the light of others. */
export interface Flaw {
  exchange: Exchange
  observed: string
}

interface Spec extends Omit<PassiveCheck, 'inspect'> {
  expected: string
  flaws(traffic: Traffic): readonly Flaw[]
}

/** A check of what the answers of a run say together. */
export const allTogether = ({ expected, flaws, ...about }: Spec): PassiveCheck => ({
  ...about,
  inspect: (traffic) =>
    flaws(traffic)
      .slice(0, FINDINGS_MAX)
      .map((flaw): Finding => ({ verdict: 'FAIL', expected, ...flaw })),
})
