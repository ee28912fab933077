import { ProblemError, UnexpectedAnswerError } from './errors.ts'
import type { Problem } from './types.ts'

/** A response that was read to its end. */
export interface Answer {
  status: number
  headers: Headers
  text: string
  /** there where it is a problem of the service */
  problem: Problem | undefined
}

export const answerOf = async (response: Response): Promise<Answer> => {
  const { status, headers } = response
  const text = await response.text()
  const isProblem = typeOf(headers) === 'application/problem+json'
  return { status, headers, text, problem: isProblem ? problemIn(text, status) : undefined }
}

/** The answer as a response, whose body is JSON where there is one. @throws ProblemError, UnexpectedAnswerError */
export const judged = ({ status, headers, text, problem }: Answer): Response => {
  if (problem) throw new ProblemError(problem, retryAfterMs(headers))
  if (status === 204 || status === 304) return new Response(null, { status, headers })
  if (status < 200 || status > 299) throw new UnexpectedAnswerError(status, 'that is no problem')
  if (typeOf(headers) !== 'application/json' || typeof parsed(text) !== 'object')
    throw new UnexpectedAnswerError(status, 'that is not JSON')
  return new Response(text, { status, headers })
}

/** Seconds, or the date that proxies send (RFC 9110 §10.2.3), in milliseconds from now. */
export const retryAfterMs = (headers: Headers): number | undefined => {
  const value = headers.get('retry-after')?.trim() ?? ''
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}

const typeOf = (headers: Headers): string =>
  (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''

const problemIn = (text: string, status: number): Problem | undefined => {
  const value = parsed(text) as Partial<Problem> | null | undefined
  const isOne =
    typeof value?.code === 'string' && typeof value.detail === 'string' && value.status === status
  return isOne ? (value as Problem) : undefined
}

/** Undefined, which no JSON is, for what is none. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
