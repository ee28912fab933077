import { type Answer, answerOf, judged, retryAfterMs } from './answer.ts'
import type { BearerToken } from './bearer-token.ts'
import { UnreachableError } from './errors.ts'

const ATTEMPTS_MAX = 4
const BACKOFF_MS = 250

export interface Persistence {
  fetch: typeof fetch
  token: BearerToken
  /** how long one attempt may take; the service answers within 10 s */
  attemptMs: number
  /** how long all of them may take, with the waits between them and the wait for a token */
  totalMs: number
}

/**
 * A fetch that sends the bearer token, gets another one, once, where it was refused, and tries again as long as that
 * cannot do anything twice and does not take too long.
 * @throws ProblemError, UnexpectedAnswerError, UnreachableError, and what getting a token throws
 */
export const persistentFetch =
  ({ fetch, token, attemptMs, totalMs }: Persistence) =>
  async (request: Request): Promise<Response> => {
    const body = request.body === null ? null : await request.text()
    const ends = performance.now() + totalMs
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(totalMs)])
    const repeatable = request.method === 'GET' || request.headers.has('Idempotency-Key')

    const attempt = async (bearer: string): Promise<Answer | UnreachableError> => {
      const headers = new Headers(request.headers)
      headers.set('Authorization', `Bearer ${bearer}`)
      try {
        const response = await fetch(request.url, {
          method: request.method,
          headers,
          body,
          credentials: 'omit',
          // There are none in the contract; one that was followed would take the token elsewhere.
          redirect: 'error',
          signal: AbortSignal.any([signal, AbortSignal.timeout(attemptMs)]),
        })
        return await answerOf(response)
      } catch (error) {
        request.signal.throwIfAborted()
        return new UnreachableError(error)
      }
    }

    let bearer = await within(signal, token.current())
    let renewed = false
    for (let attempts = 1; ; attempts += 1) {
      let answer = await attempt(bearer)
      if (!renewed && isStale(answer)) {
        renewed = true
        const refused = bearer
        bearer = await within(signal, token.renewed(refused))
        if (bearer !== refused) answer = await attempt(bearer)
      }
      const waitMs = waitOf(answer, attempts)
      if (
        attempts < ATTEMPTS_MAX &&
        mayRepeat(answer, repeatable) &&
        performance.now() + waitMs < ends
      ) {
        await within(signal, new Promise((resolve) => setTimeout(resolve, waitMs)))
        continue
      }
      if (answer instanceof UnreachableError) throw answer
      return judged(answer)
    }
  }

/** Whether another token may help. */
const isStale = (answer: Answer | UnreachableError): boolean =>
  'problem' in answer &&
  (answer.problem?.code === 'token_expired' || answer.problem?.code === 'token_invalid')

/** Whether the request may be sent again: it was not carried out, or doing it again changes nothing. */
const mayRepeat = (answer: Answer | UnreachableError, repeatable: boolean): boolean => {
  if (answer instanceof UnreachableError) return repeatable
  const { status, problem } = answer
  if (status === 429) return true
  if (status === 503 && problem && problem.code !== 'outcome_unknown') return true
  if (problem?.code === 'idempotency_key_in_use') return true
  return repeatable && status >= 502 && status <= 504
}

/** What was asked for, and never less than a time that doubles, with some chance so that not all come back at once. */
const waitOf = (answer: Answer | UnreachableError, attempts: number): number => {
  const asked = answer instanceof UnreachableError ? undefined : retryAfterMs(answer.headers)
  const backoff = BACKOFF_MS * 2 ** (attempts - 1) * (0.5 + Math.random() / 2)
  return Math.max(asked ?? 0, backoff)
}

/** The value, unless the signal comes first. */
const within = async <T>(signal: AbortSignal, value: Promise<T>): Promise<T> => {
  let abort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort)
  })
  try {
    return await Promise.race([value, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
