import pino, { type DestinationStream, type Logger } from 'pino'

/** Where an error was thrown, without what it says: a driver's message may hold row values and statements. */
const frames = ({ stack = '' }: Error): string[] =>
  stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim())

interface SafeError {
  type: string
  code?: string
  stack?: string[]
  cause?: SafeError
}

/** What may be logged of an error: kind, code, place and the same of its cause. */
export const safeError = (error: unknown, depth = 3): SafeError => {
  if (!(error instanceof Error)) return { type: typeof error }
  const { code } = error as { code?: unknown }
  return {
    type: error.name,
    ...(typeof code === 'string' && { code }),
    stack: frames(error),
    ...(error.cause !== undefined && depth > 0 && { cause: safeError(error.cause, depth - 1) }),
  }
}

/**
 * One JSON object a line with `message` and `level` as text, as Railway reads them
 * (docs.railway.com/observability/logs), on standard output: what goes to the other one is shown as an error.
 */
export const createLogger = (level: string, stream?: DestinationStream): Logger => {
  const options = {
    level,
    base: null,
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: (error: unknown) => safeError(error) },
  }
  return stream ? pino(options, stream) : pino(options)
}
