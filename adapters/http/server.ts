import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { checkHealth } from '../../application/check-health.ts'
import { keepTasks } from '../../application/keep-tasks.ts'
import type { Identity } from '../../application/ports/identity.ts'
import type { TaskStore } from '../../application/ports/owned-tasks.ts'
import type { Probe } from '../../application/ports/probe.ts'
import { clientErrorHandler } from './client-error-handler.ts'
import { operationIds, operations } from './contract/contract.ts'
import { errorHandler } from './error-handler.ts'
import { bodyTransfer } from './guards/body-transfer.ts'
import { cors } from './guards/cors.ts'
import { drain } from './guards/drain.ts'
import { loadShedding } from './guards/load-shedding.ts'
import { pipelines } from './guards/pipelines.ts'
import { rateLimit } from './guards/rate-limit.ts'
import { requestHead } from './guards/request-head.ts'
import { unknownRoutes } from './guards/unknown-routes.ts'
import { commonHeaders, requestId } from './headers.ts'
import { observation, type RequestObserver } from './observation.ts'
import { ownerName } from './owner-name.ts'
import { routableUrl } from './request/target.ts'
import { route } from './route.ts'
import { serviceHandlers } from './service-handlers.ts'
import { taskHandlers } from './task-handlers.ts'

/** Longer than the 60 s after which Railway's edge drops an idle connection, so that it never meets a closed one. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000

/**
 * What the longest list request needs that the contract allows (14 KiB), with the cursor that its `Link` adds, a
 * token of 8 KiB and what proxies put beside them.
 */
const HEAD_MAX_BYTES = 32 * 1024
/** An id of any length is an id; the router sees each `%` and `#` in it as three characters. */
const ID_MAX = 3 * HEAD_MAX_BYTES

export interface HttpServerParts {
  tasks: TaskStore
  identity: Identity
  probe: Probe
  logger: FastifyBaseLogger
  observer?: RequestObserver | undefined
  settings: HttpSettings
}

export interface HttpSettings {
  environment: string
  release: string | null
  /** the exact origins that browsers may call from */
  origins: readonly string[]
  /** whether the interactive documentation is served */
  docs: boolean
  rateLimitPerMinute: number
  /** how late the event loop may run before requests are refused, in milliseconds */
  eventLoopDelayMaxMs: number
  /** by which log lines name owners; absent where they do not */
  ownerLogKey?: string | null
  /** whether Railway's edge is in front, which alone may name the client */
  behindRailway: boolean
}

/**
 * The HTTP contract, served. A request passes, in this order: origin, route and method, token, rate, media
 * type, size, syntax, values; only then is a use case asked. The server is not listening yet.
 */
export const httpServer = async (parts: HttpServerParts): Promise<FastifyInstance> => {
  const { settings } = parts
  const app = fastify({
    loggerInstance: parts.logger,
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'request_id',
    }),
    genReqId: requestId,
    rewriteUrl: routableUrl,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: ID_MAX },
    requestTimeout: 30_000,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    return503OnClosing: false,
    http: { requireHostHeader: false, maxHeaderSize: HEAD_MAX_BYTES },
    clientErrorHandler: clientErrorHandler,
  })
  app.setErrorHandler(errorHandler)
  // Anything that is sent as text or bytes has its type set already; there is nothing to parse by default.
  app.removeAllContentTypeParsers()

  app.decorateRequest('deadline')
  app.decorateRequest('owner')
  observation(app, parts.observer)
  pipelines(app)

  const served = operationIds.filter((id) => settings.docs || !('documentation' in operations[id]))
  const { environment, ownerLogKey } = settings
  commonHeaders(app, environment === 'production', ownerLogKey ? ownerName(ownerLogKey) : undefined)
  await cors(app, settings.origins)
  requestHead(app)
  drain(app)
  bodyTransfer(app)
  unknownRoutes(app, served)
  await loadShedding(app, settings.eventLoopDelayMaxMs)
  const admission = {
    identity: parts.identity,
    rateLimit: await rateLimit(app, {
      perMinute: settings.rateLimitPerMinute,
      behindRailway: settings.behindRailway,
    }),
  }

  const handlers = {
    ...serviceHandlers({ ...settings, health: checkHealth(parts.probe) }),
    ...taskHandlers(keepTasks(parts.tasks)),
  }
  for (const id of served) route(app, id, handlers, admission)
  return app
}
