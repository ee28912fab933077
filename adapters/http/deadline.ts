/** No request outlives this, whatever it waits for: its client, keys or the store. */
export const REQUEST_TIMEOUT_MS = 9_500

/** What is left of that for the answer itself, so that a request cut short there can say what that means. */
const ANSWER_TIMEOUT_MS = 9_000

/**
 * The answer to a request that began so many milliseconds ago, or the error where it does not come in time.
 * Fastify's own timer stops once the body has been read (it takes the request's `close` for its end).
 */
export const inTime = <T>(
  elapsedMs: number,
  answer: Promise<T> | T,
  late: () => Error,
): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const overdue = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), ANSWER_TIMEOUT_MS - elapsedMs)
  })
  return Promise.race([answer, overdue]).finally(() => clearTimeout(timer))
}
