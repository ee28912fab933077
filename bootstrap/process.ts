import type { Logger } from 'pino'

/** The oldest Node that the code is tested on. */
const OLDEST_NODE = [20, 19] as const

/** Ends a process that an old Node cannot run properly, with one line instead of a puzzle. */
export const requireNode = (logger: Logger): void => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return
  logger.fatal(
    `Node ${OLDEST_NODE.join('.')} or later is needed: install one, .node-version names ours`,
  )
  process.exit(1)
}

/** What nobody caught is logged without its message and ends the process, which the platform then replaces. */
export const endOnUncaught = (logger: Logger): void => {
  const end = (event: string) => (err: unknown) => {
    logger.fatal({ err }, event)
    process.exit(1)
  }
  process.on('uncaughtException', end('uncaught exception'))
  process.on('unhandledRejection', end('unhandled rejection'))
}

/** Stops in good order on the platform's SIGTERM and on Ctrl-C; asked twice, or too slow, ends at once. */
export const stopOnSignals = (
  logger: Logger,
  timeoutMs: number,
  stop: () => Promise<void>,
): void => {
  let stopping = false
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1)
    stopping = true
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
