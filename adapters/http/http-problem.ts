import type { HttpProblemCode } from './contract/problems.ts'

/** A problem of HTTP itself, which the core knows nothing of, with the headers that its answer needs. */
export class HttpProblem extends Error {
  readonly code: HttpProblemCode
  readonly headers: Record<string, string>

  constructor(code: HttpProblemCode, headers: Record<string, string> = {}) {
    super(code)
    this.name = 'HttpProblem'
    this.code = code
    this.headers = headers
  }
}
