import pino, { type DestinationStream, type Logger, type LoggerOptions } from 'pino'
import { safeError } from '../adapters/log/safe-error.ts'
import { standardOutput } from '../adapters/log/standard-output.ts'

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
