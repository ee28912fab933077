import type { IncomingMessage } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { OperationId } from './contract/contract.ts'
import type { ProblemCode } from './contract/problems.ts'

/** Told of every request. What it does is done within the request, so it must be quick and must not throw. */
export interface RequestObserver {
  begin(request: IncomingMessage): ObservedRequest
}

export interface ObservedRequest {
  /** what its log lines say besides; absent where that is nothing */
  readonly logged?: Readonly<Record<string, string>> | undefined
  /** Calls the handler; what it calls until it first waits is done for this request. */
  run<T>(operation: OperationId, handle: () => T): T
  /** The request is answered with this problem. */
  failed(code: ProblemCode): void
  /** Once it was answered, or its client is gone. Sizes are of bodies, in bytes, where they are known. */
  end(answer: {
    /** as declared */
    route: string | undefined
    status: number | undefined
    requestSize: number | undefined
    responseSize: number | undefined
    replayed: boolean
  }): void
}

/** The one that the service is composed with. */
interface PinoLogger extends FastifyBaseLogger {
  /** What all of its lines say from now on. */
  setBindings(more: object): void
}

declare module 'fastify' {
  interface FastifyRequest {
    /** absent where nobody observes */
    observed: ObservedRequest | undefined
  }
}

/**
 * Tells the observer of each request and how it ends. To be called before the guards, so that those they refuse count
 * too. The request's own logger is told what more its lines say: the framework looks through one that a factory made, which
 * costs each request more than to be observed, and a logger below it would turn it into a prototype.
 */
export const observation = (app: FastifyInstance, observer: RequestObserver | undefined): void => {
  app.decorateRequest('observed')
  if (!observer) return
  app.addHook('onRequest', (request, reply, done) => {
    const begun = observer.begin(request.raw)
    request.observed = begun
    if (begun.logged) (request.log as PinoLogger).setBindings(begun.logged)
    // Not `onResponse`, which is left out where the client went away. It comes once, so that `once` would only cost.
    reply.raw.on('close', () =>
      begun.end({
        route: request.routeOptions.url,
        status: reply.raw.headersSent ? reply.raw.statusCode : undefined,
        requestSize: sizeIn(request.headers['content-length']),
        responseSize: sizeIn(reply.getHeader('content-length')),
        replayed: reply.getHeader('idempotency-replayed') !== undefined,
      }),
    )
    done()
  })
}

const sizeIn = (header: number | string | string[] | undefined): number | undefined =>
  header === undefined ? undefined : Number(header)
