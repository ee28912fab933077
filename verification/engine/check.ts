import type { CheckContext } from './check-context.ts'
import type { Transport } from './http/transport.ts'
import type { Cell } from './matrix.ts'
import type { Settings } from './settings.ts'
import type { Finding, Severity } from './verdict.ts'

/** What a check cannot do without. `tls` and `frontend` are matters of the target, the rest of the caller. */
export type Need = 'users' | 'keys' | 'tls' | 'frontend' | 'release'

interface Described {
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
  /** what it settles of the matrix, by answers to requests that say which cells they cover */
  cells?: readonly Cell[]
  /** what is most likely wrong where it fails */
  fix: string
}

/** Sends requests of its own. */
export interface ActiveCheck extends Described {
  run(context: CheckContext): Promise<void>
}

/** Checks by id, with what they all have in common said once; a check may say otherwise. */
export const checksOf = <Shared extends Partial<ActiveCheck>>(
  shared: Shared,
  byId: Readonly<Record<string, Omit<ActiveCheck, 'id' | keyof Shared> & Partial<ActiveCheck>>>,
): ActiveCheck[] =>
  Object.entries(byId).map(([id, check]) => ({ ...shared, id, ...check }) as unknown as ActiveCheck)

/** Sends nothing: it looks at all that the active checks exchanged, when they are done and cleared up. */
export interface PassiveCheck extends Described {
  inspect(traffic: Traffic): Finding[]
}

export type Check = ActiveCheck | PassiveCheck

export interface Traffic {
  transport: Pick<Transport, 'exchanges' | 'sent'>
  canaries: readonly { owner: 'A' | 'B'; text: string }[]
  settings: Settings
  ms: number
  /** titles of this run's tasks that could not be removed, or why nobody can say; undefined without users */
  left: readonly string[] | string | undefined
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
