import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Identity } from '../../application/ports/identity.ts'
import type { Owner } from '../../domain/owner.ts'
import { type Operation, type OperationId, operations } from './contract/contract.ts'
import { mediaTypesOf } from './contract/openapi.ts'
import { Refusal } from './error-handler.ts'
import { answerInTime } from './guards/deadline.ts'
import type { Rates } from './guards/rate-limit.ts'
import type { Handlers, Input } from './handlers.ts'
import { parseJson, readBody } from './request/body.ts'
import { bearerToken } from './request/credentials.ts'
import { idempotencyOf, ifMatch } from './request/preconditions.ts'
import { parseQuery } from './request/query.ts'
import { validator } from './request/validation.ts'
import { pathOf, routePath, splitTarget } from './routing.ts'

interface Guards {
  identity: Identity
  limits: Rates
}

/** Registers one operation of the contract: who may call it, what it takes, which handler answers. */
export const serveOperation = (
  app: FastifyInstance,
  id: OperationId,
  handlers: Handlers,
  guards: Guards,
): void => {
  const operation: Operation = operations[id]
  // The mapped type has proved that handler and operation fit; inside the loop both are "any of them".
  const handle = handlers[id] as (
    input: Input<Operation>,
  ) => Promise<{ status: number; headers: object; body?: unknown }>
  const parse = parser(operation)
  app.register(async (scope) => {
    scope.addContentTypeParser('*', (request: FastifyRequest, payload: IncomingMessage) =>
      operation.body
        ? readBody(payload, request.headers, mediaTypesOf(operation))
        : Promise.resolve(undefined),
    )
    scope.route({
      method: operation.method,
      url: routePath(operation.path),
      onRequest: (request, reply, done) => {
        request.bound = answerInTime(reply, operation)
        admit(operation, guards, request).then(() => done(), done)
      },
      // Without a promise that the framework would have to wait for.
      handler: (request, reply) => {
        const input = { ...parse(request), owner: request.owner } as Input<Operation>
        if (request.bound) request.bound.begun = true
        const answer = async () => {
          const { status, headers, body } = await handle(input)
          await endOfTurn()
          if (reply.sent) return
          reply.status(status).headers(headers as Record<string, string>)
          const type = operation.responses[status]?.type
          if (type) reply.type(type)
          reply.send(body)
        }
        answer().catch((error: unknown) => {
          if (!reply.sent) reply.send(asError(error))
        })
      },
      onResponse: (request, _reply, done) => {
        request.bound?.met()
        done()
      },
    })
  })
}

/** Token, then rate. Without a valid token the address is counted, and over its limit that is what is said. */
const admit = async (
  { access, unlimited }: Operation,
  { identity, limits }: Guards,
  request: FastifyRequest,
): Promise<void> => {
  if (access === 'anyone') return unlimited ? undefined : limits.countAddress(request)
  let owner: Owner
  try {
    owner = await identity.ownerOf(bearerToken(request.raw))
  } catch (error) {
    await limits.countAddress(request)
    throw error
  }
  await limits.countOwner(request, owner)
}

/** What an operation declares, taken from the request and judged: syntax first, then values. */
const parser = (operation: Operation) => {
  const validQuery = operation.query && validator(operation.query)
  const validBody = operation.body && validator(operation.body.schema)
  const declared = (name: NonNullable<Operation['headers']>[number], request: FastifyRequest) =>
    operation.headers?.includes(name) ? header(request, name) : undefined

  return (request: FastifyRequest): Omit<Input<Operation>, 'owner'> => {
    const bytes = Buffer.isBuffer(request.body) ? request.body : NOTHING
    const json = operation.body ? parseJson(bytes) : undefined
    if (json === undefined && operation.body?.required) throw new Refusal('malformed_request')
    const rawQuery = splitTarget(request.originalUrl)[1] ?? ''
    const query = parseQuery(operation.query, rawQuery)
    const key = declared('Idempotency-Key', request)
    return {
      id: (request.params as { id?: string }).id ?? '',
      query: validQuery?.(query),
      body: json === undefined ? undefined : validBody?.(json),
      idempotency: key === undefined ? undefined : idempotencyOf(key, pathOf(request), bytes),
      condition: ifMatch(declared('If-Match', request)),
      ifNoneMatch: declared('If-None-Match', request),
    } as Omit<Input<Operation>, 'owner'>
  }
}

/**
 * What became ready in one turn of the event loop is answered at its end, together: each write may wake the reader
 * at once, who then takes the processor from the requests that are still being worked on.
 */
const endOfTurn = () => new Promise((resolve) => setImmediate(resolve))

/** Anything else would be sent as a body. */
const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error('something that is no error', { cause: thrown })

const NOTHING = Buffer.alloc(0)

const header = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name.toLowerCase()]
  return Array.isArray(value) ? value.join(', ') : value
}
