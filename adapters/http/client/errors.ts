import type { Problem, ProblemCode } from './types.ts'

/** The service refused, and said why. */
export class ProblemError extends Error {
  /** the whole of RFC 9457, `errors` for each refused value included */
  readonly problem: Problem
  /** what the service asked to wait for before the next try */
  readonly retryAfterMs: number | undefined

  constructor(problem: Problem, retryAfterMs?: number) {
    super(problem.detail)
    this.name = 'ProblemError'
    this.problem = problem
    this.retryAfterMs = retryAfterMs
  }

  get code(): ProblemCode {
    return this.problem.code
  }
}

/** Something answered that is not the service, or that breaks its contract: the page of a proxy, say. */
export class UnexpectedAnswerError extends Error {
  readonly status: number

  constructor(status: number, what: string) {
    super(`an answer with status ${status} ${what}`)
    this.name = 'UnexpectedAnswerError'
    this.status = status
  }
}

/**
 * Nothing answered in time. Browsers tell a page no more than that where the network is down, where the service does
 * not allow its origin, and where a Content-Security-Policy forbids the call. `cause` is what the browser said.
 */
export class UnreachableError extends Error {
  constructor(cause: unknown) {
    super('the service cannot be reached', { cause })
    this.name = 'UnreachableError'
  }
}

/** Whether the service refused for one of these reasons, for any where none is named. */
export const isProblem = <Code extends ProblemCode>(
  error: unknown,
  ...codes: readonly Code[]
): error is ProblemError & { code: Code } =>
  error instanceof ProblemError &&
  (codes.length === 0 || codes.some((code) => code === error.problem.code))
