/**
 * Where an error was thrown, without what it says: a driver's message may hold row values and statements. The
 * message stands in the stack too, and a line of it may look like a place; so what comes before it is cut off,
 * and a place must end in line and column.
 */
const frames = ({ stack = '', message }: Error): string[] => {
  const text = String(stack)
  const said = message === '' ? -1 : text.indexOf(message)
  return text
    .slice(said < 0 ? 0 : said + message.length)
    .split('\n')
    .filter((line) => /^ {4}at \S.*:\d+:\d+\)?$/.test(line))
    .map((line) => line.trim())
}

interface SafeError {
  type: string
  code?: string
  stack?: string[]
  cause?: SafeError
}

/** The names of kinds and codes are words; anything else may be a value that somebody put there. */
const isWord = (text: unknown): text is string =>
  typeof text === 'string' && /^[A-Za-z0-9_]{1,64}$/.test(text)

/** What may be logged of an error: kind, code, place and the same of its cause. */
export const safeError = (error: unknown, depth = 3): SafeError => {
  if (!(error instanceof Error)) return { type: typeof error }
  const { name, code, cause } = error as Error & { code?: unknown }
  return {
    type: isWord(name) ? name : 'Error',
    ...(isWord(code) && { code }),
    stack: frames(error),
    ...(cause !== undefined && depth > 0 && { cause: safeError(cause, depth - 1) }),
  }
}
