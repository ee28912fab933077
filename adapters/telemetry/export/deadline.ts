import { type ClientRequest, Agent as PlainAgent } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import type { Duplex } from 'node:stream'

export interface AgentOptions {
  /** told of each request before it is sent */
  onRequest?: (request: ClientRequest) => void
  /** how long a request may have a connection, in milliseconds, from its look-up on */
  deadlineMs: number
  ca?: Buffer | undefined
  cert?: Buffer | undefined
  key?: Buffer | undefined
}

/**
 * An agent whose requests end in time whatever the other side does. The exporters' own timeout is one of silence, and
 * begins once there is a connection: a name that is not found, packets that are lost or a byte a second outlast it.
 *
 * @param protocol `http:` or `https:`
 */
export const deadlineAgent = (
  protocol: string,
  { deadlineMs, onRequest = () => undefined, ...tls }: AgentOptions,
): PlainAgent => {
  const agent =
    protocol === 'http:'
      ? new PlainAgent({ keepAlive: true })
      : new TlsAgent({ keepAlive: true, ...tls })
  const timers = new Map<Duplex, NodeJS.Timeout>()
  const end = (socket: Duplex) => {
    clearTimeout(timers.get(socket))
    timers.delete(socket)
  }
  const begin = (socket: Duplex) => {
    timers.set(
      socket,
      setTimeout(() => socket.destroy(late()), deadlineMs),
    )
  }
  const { addRequest, createConnection, keepSocketAlive, reuseSocket } = agent as Adding
  return Object.assign(agent, {
    addRequest: (request: ClientRequest, ...rest: unknown[]) => {
      onRequest(request)
      addRequest.call(agent, request, ...rest)
    },
    createConnection: (...given: Parameters<typeof createConnection>) => {
      const socket = createConnection.apply(agent, given)
      if (socket) begin(socket.once('close', () => end(socket)))
      return socket
    },
    keepSocketAlive: (socket: Duplex) => {
      end(socket)
      return keepSocketAlive.call(agent, socket)
    },
    reuseSocket: (socket: Duplex, request: Parameters<typeof reuseSocket>[1]) => {
      begin(socket)
      reuseSocket.call(agent, socket, request)
    },
  })
}

/** By this every agent is given its requests, though Node's documentation leaves it out. */
interface Adding extends PlainAgent {
  addRequest(request: ClientRequest, ...rest: unknown[]): void
}

const late = () => Object.assign(new Error('no whole answer in time'), { code: 'ETIMEDOUT' })
