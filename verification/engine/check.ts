import type { CheckContext } from './check-context.ts'
import type { Severity } from './verdict.ts'

/** What a check cannot do without. `tls` and `frontend` are matters of the target, the rest of the caller. */
export type Need = 'users' | 'keys' | 'tls' | 'frontend' | 'release'

export interface Check {
  /** stable: group letter and number */
  id: string
  /** the promise to whoever relies on the service, as a sentence without subject */
  promise: string
  severity: Severity
  /** requirement ids it proves */
  requirements: readonly string[]
  /** number of the decision record that explains the promise, such as `ADR-0011` */
  record: string
  needs?: readonly Need[]
  /** what is most likely wrong where it fails */
  fix: string
  run(context: CheckContext): Promise<void>
}

/** What a group of checks is called in reports. */
export const groups = {
  R: 'Reachability and TLS',
  H: 'Health',
  A: 'Authentication',
  I: 'Isolation',
  C: 'CORS',
  X: 'Exposure',
  V: 'Input',
  D: 'Consistency',
  P: 'Performance',
  G: 'Every answer',
  S: 'The run itself',
} as const

export type Group = keyof typeof groups
export const groupOf = (id: string): Group => id.charAt(0) as Group
