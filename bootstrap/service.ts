import type { AddressInfo } from 'node:net'
import { failureOf, remedyFor } from '../adapters/postgres/failures.ts'
import type { container } from './container.ts'

export interface RunningService {
  /** where it listens */
  port: number
  /** Turns new requests away, answers those in flight, lets go of the database. Bounded by configuration. */
  stop(): Promise<void>
}

/** A reason not to start, told in one line with the remedy. */
export class StartError extends Error {}

/**
 * Listens and asks the database once. An unreachable one is waited for while requests are answered 503; one
 * that can never serve as configured ends the start.
 * @throws StartError
 */
export const startService = async (
  parts: ReturnType<typeof container>,
): Promise<RunningService> => {
  const { config, pool, logger } = parts.cradle
  const http = await parts.cradle.http
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= stopWithin(config.shutdownTimeoutMs)
    return stopped
  }
  const stopWithin = async (budgetMs: number) => {
    const deadline = performance.now() + budgetMs
    // Whoever is still not answered then is cut off; the pool ends what runs on its side.
    const cut = setTimeout(() => http.server.closeAllConnections(), budgetMs)
    await http.close()
    clearTimeout(cut)
    await pool.close(Math.max(100, deadline - performance.now()))
    await parts.dispose()
  }

  const { port, host } = config.http
  try {
    await http.listen({ port, host, listenTextResolver: () => 'listening' })
    await assertServable(parts)
  } catch (error) {
    await stop()
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE')
      throw new StartError(`PORT ${port} is taken: stop what listens there or choose another`)
    if (code === 'EACCES')
      throw new StartError(`PORT ${port} is not ours to open: choose one above 1023`)
    if (code === 'EADDRNOTAVAIL')
      throw new StartError('HOST is no address of this machine: leave it out or correct it')
    throw error
  }
  logger.info({ environment: config.environment, release: config.http.release }, 'ready')
  return { port: (http.server.address() as AddressInfo).port, stop }
}

const assertServable = async ({ cradle: { probe, logger } }: ReturnType<typeof container>) => {
  try {
    await probe.check()
  } catch (error) {
    const failure = failureOf(error instanceof Error && error.cause ? error.cause : error)
    if (failure.kind === 'permanent' || failure.kind === 'statement')
      throw new StartError(`the database cannot serve (${failure.code}): ${remedyFor(failure)}`)
    logger.warn(
      { code: failure.code },
      'the database does not answer yet; until it does requests are answered 503',
    )
  }
}
