import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { checkHealth } from '../../application/check-health.ts'
import { keepTasks } from '../../application/keep-tasks.ts'
import type { Identity } from '../../application/ports/identity.ts'
import type { TaskStore } from '../../application/ports/owned-tasks.ts'
import type { Probe } from '../../application/ports/probe.ts'
import { answerParserRefusal } from './client-error-handler.ts'
import { type OperationId, operationIds, operations } from './contract/contract.ts'
import { answerProblem, Refusal } from './error-handler.ts'
import { enforceOrigins } from './guards/cors.ts'
import { drainOnClose } from './guards/drain.ts'
import { shedLoad } from './guards/load-shedding.ts'
import { rates } from './guards/rate-limit.ts'
import { commonHeaders, requestId, timesSent } from './headers.ts'
import { serveOperation } from './operation.ts'
import { allowedMethods, pathOf, routableUrl } from './routing.ts'
import { serviceHandlers } from './service-handlers.ts'
import { taskHandlers } from './task-handlers.ts'

/** Longer than the 60 s after which Railway's edge drops an idle connection, so that it never meets a closed one. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000

export interface HttpServerParts {
  tasks: TaskStore
  identity: Identity
  probe: Probe
  logger: FastifyBaseLogger
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
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 16_384 },
    requestTimeout: 30_000,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    return503OnClosing: false,
    http: { requireHostHeader: false },
    clientErrorHandler: answerParserRefusal,
  })
  app.setErrorHandler(answerProblem)
  // Anything that is sent as text or bytes has its type set already; there is nothing to parse by default.
  app.removeAllContentTypeParsers()
  // RFC 9110 §10.1.1 lets an unknown expectation pass; Node would answer it past all of the below.
  app.server.on('checkExpectation', (...exchange) => app.server.emit('request', ...exchange))

  app.decorateRequest('bound')

  const served = operationIds.filter((id) => settings.docs || !('documentation' in operations[id]))
  commonHeaders(app, settings.environment === 'production')
  await enforceOrigins(app, settings.origins)
  refuseUnclearHosts(app)
  drainOnClose(app)
  refuseUnknownRoutes(app, served)
  await shedLoad(app)
  const limits = await rates(app, {
    perMinute: settings.rateLimitPerMinute,
    behindRailway: settings.behindRailway,
  })

  const handlers = {
    ...serviceHandlers({ ...settings, health: checkHealth(parts.probe) }),
    ...taskHandlers(keepTasks(parts.tasks)),
  }
  for (const id of served) serveOperation(app, id, handlers, { identity: parts.identity, limits })
  return app
}

/** RFC 9112 §3.2. Node's own refusal of a missing one is bare, and of two it takes the first. */
const refuseUnclearHosts = (app: FastifyInstance) => {
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    if (raw.httpVersion !== '1.0' && timesSent(raw, 'host') !== 1)
      throw new Refusal('malformed_request')
    done()
  })
}

const refuseUnknownRoutes = (app: FastifyInstance, served: readonly OperationId[]) => {
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404 && request.method !== 'OPTIONS') return done()
    const path = pathOf(request)
    const allow = allowedMethods(path, served)
    const isAsterisk = path === '*' && request.method !== 'OPTIONS'
    if (allow === undefined || isAsterisk) throw new Refusal('route_not_found')
    if (request.method !== 'OPTIONS') throw new Refusal('method_not_allowed', { Allow: allow })
    reply.status(204).header('Allow', allow).send()
  })
}
