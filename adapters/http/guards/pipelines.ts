import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** The answer to what was asked last on each connection. */
const latest = new WeakMap<Socket, ServerResponse>()

/**
 * Remembers what was asked last on each connection. Who does not wait for one answer before asking again gets them all,
 * one behind the other (RFC 9112 §9.3.2), and a connection that is to end has to end behind the last of them.
 */
export const pipelines = (app: FastifyInstance): void => {
  app.addHook('onRequest', ({ raw }, reply, done) => {
    latest.set(raw.socket, reply.raw)
    done()
  })
}

export const lastAnswer = (socket: Socket): ServerResponse | undefined => latest.get(socket)
