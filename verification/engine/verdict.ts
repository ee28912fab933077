import type { Exchange } from './http/exchange.ts'

export type Verdict = 'PASS' | 'FAIL' | 'WARN' | 'INCONCLUSIVE' | 'NOT-RUN'
export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info'

/** One thing that a check saw and that was not as promised. */
export interface Finding {
  verdict: 'FAIL' | 'WARN' | 'INCONCLUSIVE'
  expected: string
  observed: string
  exchange?: Exchange
  /** all that led to it, itself included, where it says nothing alone; what stands together was sent at once */
  story?: readonly (readonly Exchange[])[]
}

/** Why a check was not run. */
export interface NotRun {
  reason: string
  /** on purpose: it does not keep the run from being green */
  waived?: boolean
}

export interface Result extends Partial<NotRun> {
  id: string
  verdict: Verdict
  findings: readonly Finding[]
  ms: number
  /** requests that it made */
  requests: number
}

const weight = { FAIL: 3, INCONCLUSIVE: 2, WARN: 1 } as const

/** The worst of what was found; PASS where there is nothing. */
export const verdictOf = (findings: readonly Finding[]): Verdict => {
  let worst: Finding['verdict'] | undefined
  for (const { verdict } of findings) if (!worst || weight[verdict] > weight[worst]) worst = verdict
  return worst ?? 'PASS'
}
