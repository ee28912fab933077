import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { failureOf, remedyFor } from '../adapters/postgres/pool/failures.ts'
import { Fault } from '../domain/fault.ts'
import type { HttpConfig } from './config/http-config.ts'
import type { container } from './container.ts'

export interface Service {
  /**
   * Listens, asks the database once, and returns the port, none when it was stopped meanwhile. An unreachable database is waited for while
   * requests are answered 503; one that can never serve as configured ends the start.
   * @throws StartError
   */
  start(): Promise<number | undefined>
  /** Turns new requests away, answers those in flight, lets go of the database. Bounded by configuration. */
  stop(): Promise<void>
}

/** A reason not to start, told in one line with the remedy. */
export class StartError extends Error {}

type Parts = ReturnType<typeof container>

/** The service of these parts. It may be stopped at any time, also while it starts. */
export const serviceOf = (parts: Parts): Service => {
  const { config, logger } = parts.cradle
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= stopWithin(parts, config.shutdownTimeoutMs)
    return stopped
  }
  const start = async () => {
    const http = await parts.cradle.http
    try {
      await listen(http, config.http)
      const open = (http.server.address() as AddressInfo).port
      // Told in its own line as soon as it is known; a key set that cannot be had keeps nobody from starting.
      parts.cradle.keys.load?.()
      await assertServable(parts, () => stopped !== undefined)
      return open
    } catch (error) {
      const interrupted = stopped !== undefined
      await stop()
      if (interrupted) return undefined
      throw listenProblem(error, config.http.port) ?? error
    }
  }
  return {
    start: async () => {
      const port = await start()
      const { environment, http } = config
      if (stopped) return undefined
      logger.info({ environment, release: http.release }, 'ready')
      return port
    },
    stop,
  }
}

/** How long before the end of the time for stopping the rest is answered 503, which takes a moment too. */
const LAST_ANSWERS_MS = 500

const stopWithin = async (parts: Parts, budgetMs: number): Promise<void> => {
  const { pool } = parts.cradle
  const http = await parts.cradle.http
  // A database that fell silent must not cost its callers their answer: without a pool they are told so.
  const giveUp = setTimeout(
    () => void pool.close(0),
    Math.max(budgetMs / 2, budgetMs - LAST_ANSWERS_MS),
  )
  // Whoever is still not answered then is not listening, or still sending.
  const cut = setTimeout(() => http.server.closeAllConnections(), budgetMs)
  await http.close()
  clearTimeout(giveUp)
  clearTimeout(cut)
  await pool.close(100)
  await parts.dispose()
}

/** Where nobody chose an address, a machine without IPv6 has another one. */
const listen = async (
  http: FastifyInstance,
  { port, hosts }: Pick<HttpConfig, 'port' | 'hosts'>,
): Promise<void> => {
  const [host, ...others] = hosts
  try {
    await http.listen({ port, host: host as string, listenTextResolver: () => 'listening' })
  } catch (error) {
    if (others.length === 0 || !isNoAddress(error)) throw error
    await listen(http, { port, hosts: others })
  }
}

const isNoAddress = (error: unknown): boolean =>
  ['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(String((error as NodeJS.ErrnoException).code))

const listenProblem = (error: unknown, port: number): StartError | undefined => {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new StartError(`PORT ${port} is taken: stop what listens there or choose another`)
    case 'EACCES':
      return new StartError(`PORT ${port} is not ours to open: choose one above 1023`)
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new StartError(
        'HOST is no address of this machine: remove the variable, which some shells set (conda does), or correct it',
      )
    default:
      return undefined
  }
}

const NO_ANSWER = 'the database does not answer yet; until it does requests are answered 503'

const assertServable = async ({ cradle: { probe, logger } }: Parts, stopping: () => boolean) => {
  try {
    await probe.check()
  } catch (error) {
    if (stopping()) return
    // A fault without a cause is the pool's patience that ended: nothing is known against the database.
    if (error instanceof Fault && error.cause === undefined)
      return logger.warn({ code: error.code }, NO_ANSWER)
    const failure = failureOf(error instanceof Fault ? error.cause : error)
    if (failure.kind === 'permanent' || failure.kind === 'statement')
      throw new StartError(`the database cannot serve (${failure.code}): ${remedyFor(failure)}`)
    logger.warn({ code: failure.code, remedy: remedyFor(failure) }, NO_ANSWER)
  }
}
