import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type OperationId, operations } from './contract/contract.ts'
import { mediaTypesOf, type Operation } from './contract/operation.ts'
import { type Admission, admit } from './guards/authentication.ts'
import { hasBody } from './guards/body-transfer.ts'
import { setDeadline } from './guards/deadline.ts'
import type { Handlers, Input } from './handlers.ts'
import { readBody } from './request/body.ts'
import { inputParser } from './request/input.ts'
import { routePath } from './request/target.ts'

/** Registers one operation of the contract: who may call it, what it takes, which handler answers. */
export const route = (
  app: FastifyInstance,
  id: OperationId,
  handlers: Handlers,
  admission: Admission,
): void => {
  const operation: Operation = operations[id]
  // The mapped type has proved that handler and operation fit; inside the loop both are "any of them".
  const handle = handlers[id] as (
    input: Input<Operation>,
  ) => Promise<{ status: number; headers: object; body?: unknown }>
  const parse = inputParser(operation)
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
        request.deadline = setDeadline(reply, operation)
        // The framework refuses what is no type, `undefined` say, even where nothing is read by it.
        const { headers } = request.raw
        if (!operation.body || !hasBody(headers)) delete headers['content-type']
        admit(operation, admission, request).then(() => done(), done)
      },
      // Without a promise that the framework would have to wait for.
      handler: (request, reply) => {
        const input = parse(request)
        if (request.deadline) request.deadline.begun = true
        const answer = async () => {
          const { status, headers, body } = await (request.observed?.run(id, () => handle(input)) ??
            handle(input))
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
        request.deadline?.clear()
        done()
      },
    })
  })
}

/**
 * What became ready in one turn of the event loop is answered at its end, together: each write may wake the reader
 * at once, who then takes the processor from the requests that are still being worked on.
 */
const endOfTurn = () => new Promise((resolve) => setImmediate(resolve))

/** Anything else would be sent as a body. */
const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error('something that is no error', { cause: thrown })
