import pino, { type DestinationStream, type Logger, type LoggerOptions } from 'pino'
import { standardOutput } from './standard-output.ts'

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

/** What the server says of each request that it has answered. */
const REQUEST = 'request'

/** pino's destinations have `flush`; without a callback it writes before it returns. */
export type LogStream = DestinationStream & { flush?(): void }

/**
 * One JSON object a line with `message` and `level` as text, as Railway reads them
 * (docs.railway.com/observability/logs), on standard output: what goes to the other one is shown as an error.
 *
 * Any line but those about requests is written before the next statement runs, with all that came before it:
 * what is still on its way when a process ends is lost, and the last line tells why it ended.
 */
export const createLogger = (level: string, stream: LogStream = standardOutput()): Logger => {
  const options: LoggerOptions = {
    level,
    base: null,
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: (error: unknown) => safeError(error) },
    hooks: {
      logMethod(args, method) {
        method.apply(this, args)
        if (args.at(-1) !== REQUEST) stream.flush?.()
      },
    },
  }
  return pino(options, stream)
}
