import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Identity } from '../../application/ports/identity.ts'
import { Fault } from '../../domain/fault.ts'
import type { Owner } from '../../domain/owner.ts'
import { parseJson, readBody } from './body.ts'
import { type Operation, type OperationId, operations } from './contract.ts'
import { bearerToken } from './credentials.ts'
import { inTime } from './deadline.ts'
import type { Handlers, Input } from './handlers.ts'
import { mediaTypesOf } from './openapi.ts'
import { ifMatch, onceOf } from './preconditions.ts'
import { parseQuery } from './query.ts'
import type { Rates } from './rates.ts'
import { Refusal } from './refusal.ts'
import { pathOf, routePath, splitTarget } from './routing.ts'
import { validator } from './validation.ts'

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
  const owners = new WeakMap<FastifyRequest, Owner>()

  app.register(async (scope) => {
    scope.addContentTypeParser('*', (request: FastifyRequest, payload: IncomingMessage) =>
      operation.body
        ? readBody(payload, request.headers, mediaTypesOf(operation))
        : Promise.resolve(undefined),
    )
    scope.route({
      method: operation.method,
      url: routePath(operation.path),
      onRequest: async (request) => {
        const owner = await admit(operation, guards, request)
        if (owner !== undefined) owners.set(request, owner)
      },
      handler: async (request, reply) => {
        const input = { ...parse(request), owner: owners.get(request) } as Input<Operation>
        const answer = await inTime(reply.elapsedTime, handle(input), () => tooLate(operation))
        reply.status(answer.status).headers(answer.headers as Record<string, string>)
        const type = operation.responses[answer.status]?.type
        if (type) reply.type(type)
        return reply.send(answer.body)
      },
    })
  })
}

/** A write that was begun may have been made all the same. */
const tooLate = ({ method }: Operation) =>
  new Fault(method === 'GET' ? 'overloaded' : 'outcome_unknown')

/** Token, then rate. Without a valid token the address is counted, and over its limit that is what is said. */
const admit = async (
  operation: Operation,
  { identity, limits }: Guards,
  request: FastifyRequest,
) => {
  if (operation.access === 'anyone') {
    if (!operation.unlimited) await limits.countAddress(request)
    return undefined
  }
  const owner = await proveOwner(identity, request).catch(async (error: unknown) => {
    await limits.countAddress(request)
    throw error
  })
  await limits.countOwner(request, owner)
  return owner
}

const proveOwner = async (identity: Identity, request: FastifyRequest): Promise<Owner> =>
  identity.ownerOf(bearerToken(request.raw))

/** What an operation declares, taken from the request and judged: syntax first, then values. */
const parser = (operation: Operation) => {
  const validQuery = operation.query && validator(operation.query)
  const validBody = operation.body && validator(operation.body.schema)
  const declared = (name: NonNullable<Operation['headers']>[number], request: FastifyRequest) =>
    operation.headers?.includes(name) ? header(request, name) : undefined

  return (request: FastifyRequest): Omit<Input<Operation>, 'owner'> => {
    const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    const json = operation.body ? parseJson(bytes) : undefined
    if (json === undefined && operation.body?.required) throw new Refusal('malformed_request')
    const rawQuery = splitTarget(request.originalUrl)[1] ?? ''
    const query = parseQuery(operation.query, rawQuery)
    return {
      id: (request.params as { id?: string }).id ?? '',
      query: validQuery?.(query),
      body: json === undefined ? undefined : validBody?.(json),
      once: onceOf(declared('Idempotency-Key', request), pathOf(request), bytes),
      condition: ifMatch(declared('If-Match', request)),
      ifNoneMatch: declared('If-None-Match', request),
    } as Omit<Input<Operation>, 'owner'>
  }
}

const header = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name.toLowerCase()]
  return Array.isArray(value) ? value.join(', ') : value
}
