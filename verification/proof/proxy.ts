import {
  Agent,
  createServer,
  type IncomingMessage,
  type RequestListener,
  request,
  type Server,
} from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

export type Fields = [string, string][]

export interface FrontRequest {
  method: string
  /** the raw request target */
  path: string
  headers: Fields
  body: Buffer
}

export interface FrontAnswer {
  status: number
  headers: Fields
  body: Buffer
}

/** Something between the caller and the service that may change what either of them says. */
export type Front = (
  request: FrontRequest,
  pass: (request: FrontRequest) => Promise<FrontAnswer>,
) => Promise<FrontAnswer>

/** A front on a port of its own, before a service that may change from request to request. */
export const startFront = async (
  front: Front,
  servicePort: () => number,
  tls?: { cert: string; key: string },
): Promise<{ port: number; close(): void }> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  const pass = (wanted: FrontRequest) => forward(wanted, servicePort(), agent)
  const listener: RequestListener = (message, reply) => {
    answer(front, pass, message).then(
      ({ status, headers, body }) => {
        reply.writeHead(status, headers.filter(([name]) => !hopByHop.test(name)).flat())
        reply.end(message.method === 'HEAD' ? undefined : body)
      },
      () => reply.destroy(),
    )
  }
  const server: Server = tls ? createTlsServer(tls, listener) : createServer(listener)
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

const hopByHop = /^(connection|keep-alive|transfer-encoding|date)$/i

const answer = async (
  front: Front,
  pass: (request: FrontRequest) => Promise<FrontAnswer>,
  message: IncomingMessage,
) =>
  front(
    {
      method: message.method ?? 'GET',
      path: message.url ?? '/',
      headers: fieldsOf(message),
      body: await bodyOf(message),
    },
    pass,
  )

const fieldsOf = ({ rawHeaders }: IncomingMessage): Fields =>
  rawHeaders.flatMap(
    (name, index): Fields => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : []),
  )

const bodyOf = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const forward = (
  { method, path, headers, body }: FrontRequest,
  port: number,
  agent: Agent,
): Promise<FrontAnswer> =>
  new Promise((resolve, reject) => {
    const kept = headers.filter(
      ([name]) => !/^(connection|content-length|transfer-encoding)$/i.test(name),
    )
    const length: Fields = body.length > 0 ? [['Content-Length', String(body.length)]] : []
    const outgoing = request({
      host: '127.0.0.1',
      port,
      method,
      path,
      agent,
      headers: [...kept, ...length].flat(),
    })
    outgoing.once('error', reject)
    outgoing.once('response', (message) => {
      bodyOf(message).then((received) => {
        resolve({ status: message.statusCode ?? 0, headers: fieldsOf(message), body: received })
      }, reject)
    })
    outgoing.end(body)
  })

/** The first value of a header field. */
export const field = (headers: Fields, name: string): string | undefined =>
  headers.find(([it]) => it.toLowerCase() === name.toLowerCase())?.[1]

/** The fields with one of them set, or removed where no value is given. */
export const withField = (headers: Fields, name: string, value?: string): Fields => [
  ...headers.filter(([it]) => it.toLowerCase() !== name.toLowerCase()),
  ...(value === undefined ? [] : [[name, value] as [string, string]]),
]

/** An answer with another body; its length is told anew. */
export const withBody = (answer: FrontAnswer, body: unknown): FrontAnswer => {
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  return {
    ...answer,
    body: bytes,
    headers: withField(answer.headers, 'Content-Length', String(bytes.length)),
  }
}

/** The JSON that an answer holds, empty where it holds none. */
export const jsonOf = ({ body }: { body: Buffer }): Record<string, unknown> => {
  try {
    return JSON.parse(body.toString())
  } catch {
    return {}
  }
}

/** A front that changes answers only. */
export const changing =
  (change: (answer: FrontAnswer, request: FrontRequest) => FrontAnswer): (() => Front) =>
  () =>
  async (wanted, pass) =>
    change(await pass(wanted), wanted)

/** A front that changes requests only. */
export const rewriting =
  (rewrite: (request: FrontRequest) => FrontRequest): (() => Front) =>
  () =>
  (wanted, pass) =>
    pass(rewrite(wanted))
