import { setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net'
import type { Logger } from 'pino'

/** The oldest Node of each line with which the locked packages work; all later lines do (`supported-node.test.ts`). */
const OLDEST = ['20.19', '22.12'] as const

export const isSupportedNode = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const oldest = OLDEST.find((it) => it.startsWith(`${major}.`))
  return oldest ? minor >= Number(oldest.split('.')[1]) : major > Number.parseInt(OLDEST[1], 10)
}

/**
 * Ends a process that this Node cannot run properly, with one line instead of a puzzle. The line is made
 * by hand: whatever a logger needs may be just what that Node lacks.
 */
export const requireNode = (): void => {
  const { node } = process.versions
  if (isSupportedNode(node)) return
  const [first, last] = OLDEST
  const message = `Node ${first}, or ${last} and later, is needed and this is ${node}: install the one that .node-version names`
  const line = { level: 'fatal', time: new Date().toISOString(), message }
  process.stdout.write(`${JSON.stringify(line)}\n`)
  process.exit(1)
}

/**
 * How long one address of a host may take before the next is tried. Node's 250 ms are less than a way around the world
 * takes, or a packet that has to be sent twice (RFC 6298 §2.1: after 1 s), and then no address is ever reached.
 */
const ADDRESS_TIMEOUT_MS = 1_500

/** For all sockets that are opened by a name: those to the auth server. */
export const reachFarHosts = (): void =>
  setDefaultAutoSelectFamilyAttemptTimeout(ADDRESS_TIMEOUT_MS)

/** What nobody caught is logged without its message and ends the process, which the platform then replaces. */
export const endOnUncaught = (logger: Logger): void => {
  const end = (event: string) => (err: unknown) => {
    logger.fatal({ err }, event)
    process.exit(1)
  }
  process.on('uncaughtException', end('uncaught exception'))
  process.on('unhandledRejection', end('unhandled rejection'))
}

/** Node's own warnings as log lines: left to Node they are text on the stream that platforms take for errors. */
export const logWarnings = (logger: Logger): void => {
  process.removeAllListeners('warning')
  process.on('warning', (err) => logger.warn({ err }, 'warning of Node'))
}

/** npm passes on to us the Ctrl-C that the terminal has sent to us already; a person is slower than that. */
const ECHO_MS = 500

/** Stops in good order on the platform's SIGTERM and on Ctrl-C; asked twice, or too slow, ends at once. */
export const stopOnSignals = (
  logger: Logger,
  timeoutMs: number,
  stop: () => Promise<void>,
): void => {
  let stopping: number | undefined
  const onSignal = (signal: NodeJS.Signals) => {
    const now = performance.now()
    if (stopping !== undefined) {
      if (now - stopping > ECHO_MS) process.exit(1)
      return
    }
    stopping = now
    logger.info({ signal }, 'stopping')
    setTimeout(() => {
      logger.error('not everything ended in time')
      process.exit(1)
    }, timeoutMs + 1_000).unref()
    stop().then(
      () => {
        logger.info('stopped')
        process.exit(0)
      },
      (err) => {
        logger.error({ err }, 'stopping failed')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}
