import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { operations } from '../contract/contract.ts'
import { HttpProblem } from '../http-problem.ts'
import { lastAnswer } from './pipelines.ts'

/** How long a connection that has not asked for anything yet may take to do so once closing has begun. */
const FIRST_BYTES_MS = 1_000

/**
 * Once closing has begun, what is in flight is answered and the last answer ends its connection: otherwise a
 * kept-alive connection that was busy when the server closed would hold the process for its whole keep-alive
 * time. What still arrives is turned away, but for the question whether the process lives. A connection on which
 * nothing ever came is no idle one to Node, which would wait for it.
 */
export const drain = (app: FastifyInstance): void => {
  let draining = false
  const open = new Set<Socket>()
  app.server.on('connection', (socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  app.addHook('preClose', async () => {
    draining = true
    setTimeout(() => {
      for (const socket of open) if (socket.bytesRead === 0) socket.destroy()
    }, FIRST_BYTES_MS).unref()
  })
  app.addHook('onRequest', (request, _reply, done) => {
    if (draining && request.routeOptions.url !== operations.livez.path)
      throw new HttpProblem('shutting_down')
    done()
  })
  app.addHook('onSend', ({ raw }, reply, payload, done) => {
    const last = lastAnswer(raw.socket)
    const isFollowed = last !== reply.raw && last?.headersSent === false
    if (draining && !isFollowed) reply.raw.shouldKeepAlive = false
    done(null, payload)
  })
}
