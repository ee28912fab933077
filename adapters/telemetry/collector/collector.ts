import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { metricsIn, type ReceivedMetric, type ReceivedSpan, spansIn } from './otlp.ts'

/** What the collector does with what it is sent: a status, or something stranger. */
export type Mood = number | keyof typeof strange

const strange = {
  silent: () => undefined,
  'byte by byte': (response: ServerResponse) => {
    const timer = setInterval(() => response.write('\n'), 20)
    response.once('close', () => clearInterval(timer)).writeHead(200)
  },
  /** So many bytes are announced, one comes, and the connection is ended in good order. */
  'cut short': (response: ServerResponse) => {
    response.writeHead(200, { 'Content-Type': 'application/x-protobuf', 'Content-Length': 12 })
    response.write(Buffer.from([10]), () => response.socket?.end())
  },
  'no end': (response: ServerResponse) => {
    const more = () => {
      while (response.write(Buffer.alloc(65_536)));
    }
    response.on('drain', more).writeHead(200)
    more()
  },
  'a website': (response: ServerResponse) => response.end('<html>It works!</html>'),
  /** Its bytes are those of a message of OTLP with a field that is not known yet. */
  'a website in words': (response: ServerResponse) =>
    response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' }).end('It works!'),
  'moved elsewhere': (response: ServerResponse) =>
    response.writeHead(302, { Location: '/elsewhere' }).end(),
  'later, in an hour': (response: ServerResponse) =>
    response.writeHead(429, { 'Retry-After': '3600' }).end(),
  /** One is refused, and why: `ExportTracePartialSuccess` and its sibling alike. */
  'a part of it': (response: ServerResponse) =>
    response.end(Buffer.from([10, 10, 8, 1, 18, 6, ...Buffer.from('canary')])),
  /** The same, with none refused and a warning. */
  'all of it, with a warning': (response: ServerResponse) =>
    response.end(Buffer.from([10, 8, 18, 6, ...Buffer.from('canary')])),
} as const

/** An OTLP receiver over HTTP that keeps what came, decoded. */
export interface Collector {
  readonly url: string
  readonly spans: readonly ReceivedSpan[]
  /** each metric as it was told last, by name */
  readonly metrics: ReadonlyMap<string, ReceivedMetric>
  /** the exports that came, whatever was answered, the newest last */
  readonly requests: readonly Pick<IncomingMessage, 'url' | 'headers' | 'complete'>[]
  setMood(mood: Mood): void
  close(): Promise<void>
}

/** @param onMetrics called with each export of metrics, after it was taken */
export const collector = async (
  onMetrics?: (metrics: readonly ReceivedMetric[]) => void,
): Promise<Collector> => {
  const spans: ReceivedSpan[] = []
  const metrics = new Map<string, ReceivedMetric>()
  const requests: IncomingMessage[] = []
  let mood: Mood = 200
  const server = createServer(async (request, response) => {
    requests.push(request)
    const sent = await buffer(request).catch(() => undefined)
    if (sent === undefined) return
    if (typeof mood === 'string') return void strange[mood](response)
    const bytes = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent
    if (mood === 200 && request.url?.endsWith('/v1/traces')) spans.push(...spansIn(bytes))
    if (mood === 200 && request.url?.endsWith('/v1/metrics')) {
      const received = metricsIn(bytes)
      for (const metric of received) metrics.set(metric.name, metric)
      onMetrics?.(received)
    }
    response.writeHead(mood, { 'Content-Type': 'application/x-protobuf' }).end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    metrics,
    requests,
    setMood: (value) => {
      mood = value
    },
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
