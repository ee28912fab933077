/** Why the core refuses or fails. A closed list: whoever answers a caller must map every one of them. */
export type FaultCode =
  | 'task_not_found'
  | 'precondition_failed'
  | 'validation_failed'
  | 'idempotency_key_in_use'
  | 'idempotency_key_reused'
  | 'token_malformed'
  | 'token_invalid'
  | 'token_expired'
  | 'authentication_unavailable'
  | 'database_unavailable'
  | 'outcome_unknown'
  | 'overloaded'

/** One member of the input that breaks a rule; `message` completes the sentence "<field> …". */
export interface Violation {
  field: string
  message: string
}

/** The only error the core throws on purpose. It carries no value that a caller sent. */
export class Fault extends Error {
  readonly code: FaultCode
  readonly violations: readonly Violation[]

  constructor(
    code: FaultCode,
    options: { violations?: readonly Violation[]; cause?: unknown } = {},
  ) {
    super(code, 'cause' in options ? { cause: options.cause } : undefined)
    this.name = 'Fault'
    this.code = code
    this.violations = options.violations ?? []
  }
}
