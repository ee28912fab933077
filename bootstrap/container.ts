import { asFunction, asValue, type BuildResolver, createContainer, type Resolver } from 'awilix'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { httpServer } from '../adapters/http/server.ts'
import { jwtIdentity } from '../adapters/jwt/identity.ts'
import type { KeySource } from '../adapters/jwt/key-source.ts'
import { rotatingIdentity } from '../adapters/jwt/previous-secret.ts'
import { type RemoteKeys, remoteKeys } from '../adapters/jwt/remote-keys.ts'
import { sharedSecretKeys } from '../adapters/jwt/shared-secret.ts'
import { logKeySetState, logRotation } from '../adapters/jwt/state-log.ts'
import { type Refusal, refusals, watchedIdentity } from '../adapters/jwt/token/refusal.ts'
import { refusalLog } from '../adapters/jwt/token/refusal-log.ts'
import { connectionTarget } from '../adapters/postgres/pool/connection-url.ts'
import { type Database, database } from '../adapters/postgres/pool/database.ts'
import { observedPool } from '../adapters/postgres/pool/observed/observed-pool.ts'
import { createPool, type Pool } from '../adapters/postgres/pool/pool.ts'
import { postgresProbe } from '../adapters/postgres/postgres-probe.ts'
import { logDatabaseState } from '../adapters/postgres/state-log.ts'
import { postgresTasks } from '../adapters/postgres/tasks/postgres-tasks.ts'
import type { Telemetry } from '../adapters/telemetry/telemetry.ts'
import type { Identity } from '../application/ports/identity.ts'
import type { TaskStore } from '../application/ports/owned-tasks.ts'
import type { Probe } from '../application/ports/probe.ts'
import type { Config } from './config/config.ts'

/** Everything the service is made of. */
export interface System {
  config: Config
  logger: Logger
  telemetry: Telemetry | undefined
  pool: Pool
  database: Database
  tasks: TaskStore
  probe: Probe
  keys: KeySource & Partial<Pick<RemoteKeys, 'load'>>
  identity: Identity
  http: Promise<FastifyInstance>
}

type Registrations = { [K in keyof System]: Resolver<System[K]> }

const part = <T>(make: (system: System) => T): BuildResolver<T> => asFunction(make).singleton()

/** The composition. A part that is missing or does not fit does not compile; tests replace parts by name. */
export const container = (
  given: Pick<System, 'config' | 'logger'> & Partial<Pick<System, 'telemetry'>>,
  replaced: Partial<Registrations> = {},
) => {
  const registrations = {
    config: asValue(given.config),
    logger: asValue(given.logger),
    telemetry: asValue(given.telemetry),
    pool: part(poolOf),
    database: part(({ pool }) => database(pool)),
    tasks: part((system) => postgresTasks(system.database)),
    probe: part(({ pool }) => postgresProbe(pool)),
    keys: part(keysOf),
    identity: part(identityOf),
    http: part(httpOf),
  } satisfies Registrations
  return createContainer<System>({ strict: true }).register({ ...registrations, ...replaced })
}

const poolOf = ({ config, logger, telemetry }: System): Pool => {
  const { url, ca, poolMax, queueMax } = config.database
  const production = config.environment === 'production'
  const pool = createPool({
    target: connectionTarget(url, { production, ...(ca !== undefined && { ca }) }),
    ...(poolMax !== undefined && { max: poolMax }),
    queueMax,
    onState: logDatabaseState(logger, poolMax),
  })
  return observedPool(pool, telemetry?.statements)
}

const keysOf = ({ config: { auth }, logger, telemetry }: System): System['keys'] =>
  auth.mode === 'jwks'
    ? remoteKeys({
        url: new URL(auth.url),
        onState: logKeySetState(logger),
        ...telemetry?.keySet(),
      })
    : sharedSecretKeys(auth.secret)

const identityOf = ({
  config: { auth },
  keys: configured,
  logger,
  telemetry,
}: System): Identity => {
  const { issuers, audiences } = auth
  const verifying = (keys: KeySource): Identity =>
    jwtIdentity({ keys, ...(issuers && { issuers }), ...(audiences && { audiences }) })
  const current = verifying(configured)
  const rotating = () => {
    if (auth.mode === 'jwks' || auth.previous === undefined) return current
    const { secret, untilMs } = auth.previous
    const previous = verifying(sharedSecretKeys(secret))
    return rotatingIdentity({ current, previous, untilMs, onState: logRotation(logger, untilMs) })
  }
  const log = refusalLog(logger, auth.mode)
  const count = telemetry?.refusals(refusals)
  const onRefused = (reason: Refusal) => {
    log.refused(reason)
    count?.(reason)
  }
  return watchedIdentity(rotating(), onRefused, log.accepted)
}

const httpOf = ({
  config,
  logger,
  telemetry,
  tasks,
  identity,
  probe,
}: System): Promise<FastifyInstance> =>
  httpServer({
    tasks,
    identity,
    probe,
    logger,
    observer: telemetry?.requests,
    settings: {
      environment: config.environment,
      release: config.http.release,
      origins: config.http.corsOrigins,
      docs: config.http.docs,
      rateLimitPerMinute: config.http.rateLimitPerMinute,
      eventLoopDelayMaxMs: config.http.eventLoopDelayMaxMs,
      behindRailway: config.http.behindRailway,
      ownerLogKey: config.http.ownerLogKey,
    },
  })
