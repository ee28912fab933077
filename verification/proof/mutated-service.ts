import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { asValue } from 'awilix'
import { httpServer } from '../../adapters/http/server.ts'
import { memoryTasks } from '../../adapters/memory/memory-tasks.ts'
import { switchableProbe } from '../../adapters/memory/switchable-probe.ts'
import { configOf } from '../../bootstrap/config/config.ts'
import { container } from '../../bootstrap/container.ts'
import { createLogger } from '../../bootstrap/logger.ts'
import { reverseProxy } from '../../bootstrap/system/reverse-proxy.ts'
import type { Mutation } from './mutants/mutant.ts'

/** What the service is configured with; the suite is told the same. */
export const serviceEnv = {
  APP_ENV: 'production',
  PORT: '1',
  DATABASE_URL: 'postgres://nobody:nothing@localhost/none',
  BETTER_AUTH_SECRET: randomBytes(48).toString('base64url'),
  AUTH_ISSUER: 'https://auth.example.com',
  AUTH_AUDIENCE: 'https://api.example.com',
  CORS_ORIGINS: 'https://tasks-example.vercel.app,https://app.example.org',
  RATE_LIMIT_PER_MINUTE: '100000',
  // A busy machine is no fault of the service.
  EVENT_LOOP_DELAY_MAX_MS: '60000',
  LOG_LEVEL: 'silent',
} as const

/** Starts the service with one mutation, in memory, on a port of this machine. */
export const mutatedService = async (
  mutation: Mutation,
): Promise<{ url: string; close(): Promise<void> }> => {
  const config = configOf(serviceEnv)
  const logger = createLogger(config.logLevel)
  const real = container(
    { config, logger },
    { tasks: asValue(memoryTasks()), probe: asValue(switchableProbe()) },
  ).cradle
  const app = await httpServer({
    tasks: mutation.tasks?.(real.tasks) ?? real.tasks,
    identity: mutation.identity?.(real.identity) ?? real.identity,
    probe: mutation.probe?.(real.probe) ?? real.probe,
    logger,
    settings: {
      environment: 'production',
      release: null,
      origins: config.http.corsOrigins,
      docs: false,
      rateLimitPerMinute: config.http.rateLimitPerMinute,
      eventLoopDelayMaxMs: config.http.eventLoopDelayMaxMs,
      behindRailway: false,
      ...mutation.settings,
    },
  })
  mutation.app?.(app)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const servicePort = (app.server.address() as AddressInfo).port
  const proxy = mutation.proxy && (await reverseProxy(mutation.proxy(), () => servicePort))
  return {
    url: `http://127.0.0.1:${proxy?.port ?? servicePort}`,
    close: async () => {
      proxy?.close()
      app.server.closeAllConnections()
      await app.close()
    },
  }
}
