import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { memoryIdentity } from '../memory/memory-identity.ts'
import { memoryTasks } from '../memory/memory-tasks.ts'
import { switchableProbe } from '../memory/switchable-probe.ts'
import { type HttpServerParts, type HttpSettings, httpServer } from './server.ts'

/** An answer as it came over the wire. */
export interface HttpResponse {
  status: number
  /** by lower-case name; a name that was sent twice has two values joined by ` && ` */
  headers: Record<string, string>
  text: string
  /** the body read as JSON; an empty object where there is none */
  json: Json
}

export interface Json {
  [name: string]: unknown
  id: string
  code: string
  tasks: { [name: string]: unknown; id: string; title: string }[]
  errors: { field: string; message: string }[]
}

export interface Sent {
  /** the owner whose token is sent */
  as?: string
  /** whole header lines, in this order, after Host */
  headers?: readonly string[]
  /** sent as it is, with its length unless a header line says otherwise */
  body?: string | Buffer
  /** sent as JSON */
  json?: unknown
  /** whether the connection is to be kept */
  keep?: boolean
}

export const ORIGIN = 'https://app.example.com'
export const TASKS = '/api/v1/tasks'
export const MISSING = '01890a5d-ac96-774b-bcce-b302099a8057'

/** The server over the memory store, listening on loopback, and a client that sends just what it is told. */
export const serving = async (
  parts: Partial<Omit<HttpServerParts, 'settings'>> & { settings?: Partial<HttpSettings> } = {},
  prepare: (app: FastifyInstance) => void = () => {},
) => {
  const identity = memoryIdentity()
  const probe = switchableProbe()
  const { logger, lines } = memoryLogger()
  const settings: HttpSettings = {
    environment: 'test',
    release: null,
    origins: [ORIGIN],
    docs: true,
    rateLimitPerMinute: 100_000,
    eventLoopDelayMaxMs: 60_000,
    behindRailway: false,
    ...parts.settings,
  }
  const app = await httpServer({
    ...{ tasks: memoryTasks(), identity, probe, logger, ...parts },
    settings,
  })
  prepare(app)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const tokenOf = (sub: string) =>
    identity.issue({ sub, exp: Math.floor(Date.now() / 1000) + 3600 })
  const bytesOf = (line: string, sent: Sent = {}) =>
    requestBytes(line, { ...sent, ...(sent.as && { as: tokenOf(sent.as) }) })
  const open = () => connect(port, '127.0.0.1')
  const send = async (line: string, sent: Sent = {}): Promise<HttpResponse> =>
    parseAnswer(await allThatComes(open(), bytesOf(line, sent)))
  return {
    app,
    probe,
    lines,
    identity,
    tokenOf,
    bytesOf,
    open,
    /** `line` is method and request target. */
    send,
    /** Sends with the token of ada, unless another owner is named. */
    ada: (line: string, sent: Sent = {}) => send(line, { as: 'ada', ...sent }),
    /** Everything the server says to exactly these bytes until it ends the connection. */
    raw: async (bytes: string | Buffer): Promise<string> =>
      (await allThatComes(open(), Buffer.from(bytes as string))).toString('latin1'),
    close: () => app.close(),
  }
}

/** Something that a test waits for until another part of it lets it pass. */
export const gate = () => {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

export type Serving = Awaited<ReturnType<typeof serving>>

/** One request to whatever listens there; here `as` is the token itself. */
export const exchange = async (
  port: number,
  line: string,
  sent: Sent = {},
): Promise<HttpResponse> =>
  parseAnswer(await allThatComes(connect(port, '127.0.0.1'), requestBytes(line, sent)))

const requestBytes = (line: string, { as, headers = [], body, json, keep }: Sent): Buffer => {
  const content = Buffer.from((json === undefined ? (body ?? '') : JSON.stringify(json)) as string)
  const isFramed = headers.some((header) => /^(content-length|transfer-encoding):/i.test(header))
  const lines = [
    `${line} HTTP/1.1`,
    'Host: tasks.example',
    ...(keep ? [] : ['Connection: close']),
    ...(as ? [`Authorization: Bearer ${as}`] : []),
    ...(json === undefined ? [] : ['Content-Type: application/json']),
    ...(content.length > 0 && !isFramed ? [`Content-Length: ${content.length}`] : []),
    ...headers,
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), content])
}

/** Bounded, so that a connection that never ends fails its test instead of hanging it. */
export const allThatComes = async (socket: Socket, bytes: Buffer): Promise<Buffer> => {
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.setTimeout(120_000, () => socket.destroy(new Error('the connection does not end')))
  socket.write(bytes)
  await once(socket, 'close')
  return Buffer.concat(chunks)
}

export const parseAnswer = (bytes: Buffer): HttpResponse => {
  const end = bytes.indexOf('\r\n\r\n')
  const [start = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const [, name = '', value = ''] = /^([^:]+): ?(.*)$/.exec(line) ?? []
    const key = name.toLowerCase()
    headers[key] = key in headers ? `${headers[key]} && ${value}` : value
  }
  const text = bytes.subarray(end + 4).toString()
  const isJson = /json/.test(headers['content-type'] ?? '') && text !== ''
  return {
    status: Number(start.split(' ')[1]),
    headers,
    text,
    json: isJson ? JSON.parse(text) : {},
  }
}

/** Keeps what is logged, as pino would write it. */
const memoryLogger = () => {
  const lines: Record<string, unknown>[] = []
  const loggerOf = (bindings: object): FastifyBaseLogger => {
    const write = (level: string) => (members: object, message?: string) => {
      lines.push({ level, ...bindings, ...members, message })
    }
    const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
    return {
      ...Object.fromEntries(levels.map((level) => [level, write(level)])),
      level: 'trace',
      child: (more: object) => loggerOf({ ...bindings, ...more }),
    } as unknown as FastifyBaseLogger
  }
  return { logger: loggerOf({}), lines }
}
