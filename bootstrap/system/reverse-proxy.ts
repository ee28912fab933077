import {
  Agent,
  createServer,
  type IncomingMessage,
  type RequestListener,
  request as send,
} from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { Fields, ProxyRequest, ProxyResponse } from './http-messages.ts'

/** Stands between the caller and the service and may change what either of them says. */
export type Interceptor = (
  request: ProxyRequest,
  pass: (request: ProxyRequest) => Promise<ProxyResponse>,
) => Promise<ProxyResponse>

export interface ReverseProxy {
  port: number
  close(): void
}

/** A proxy on a port of its own, before a service whose port may change from request to request. */
export const reverseProxy = async (
  intercept: Interceptor,
  servicePort: () => number,
  tls?: { cert: string; key: string },
): Promise<ReverseProxy> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  const pass = (request: ProxyRequest) => forward(request, servicePort(), agent)
  const listener: RequestListener = async (message, reply) => {
    try {
      const { status, headers, body } = await intercept(await requestOf(message), pass)
      reply.writeHead(status, without(headers, hopByHop).flat())
      reply.end(message.method === 'HEAD' ? undefined : body)
    } catch {
      reply.destroy()
    }
  }
  const server = tls ? createTlsServer(tls, listener) : createServer(listener)
  server.keepAliveTimeout = 72_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close()
      server.closeAllConnections()
      agent.destroy()
    },
  }
}

/** What concerns one connection only (RFC 9110, 7.6.1), and the date, which Node sets. */
const hopByHop = /^(connection|keep-alive|transfer-encoding|date)$/i

/** A request as it came in. */
export const requestOf = async (message: IncomingMessage): Promise<ProxyRequest> => ({
  method: message.method ?? 'GET',
  path: message.url ?? '/',
  headers: fieldsOf(message),
  body: await buffer(message),
})

const fieldsOf = ({ rawHeaders }: IncomingMessage): Fields =>
  rawHeaders.flatMap(
    (name, index): Fields => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : []),
  )

const without = (headers: Fields, names: RegExp) => headers.filter(([name]) => !names.test(name))

/** Sends it to the service on this port. */
export const forward = (
  { method, path, headers, body }: ProxyRequest,
  port: number,
  agent: Agent,
): Promise<ProxyResponse> =>
  new Promise((resolve, reject) => {
    const kept = without(headers, /^(connection|content-length|transfer-encoding)$/i)
    const length: Fields = body.length > 0 ? [['Content-Length', String(body.length)]] : []
    const outgoing = send({
      host: '127.0.0.1',
      port,
      method,
      path,
      agent,
      headers: [...kept, ...length].flat(),
    })
    outgoing.once('error', reject)
    outgoing.once('response', (message) => {
      buffer(message).then(
        (received) =>
          resolve({ status: message.statusCode ?? 0, headers: fieldsOf(message), body: received }),
        reject,
      )
    })
    outgoing.end(body)
  })
