import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { metricsIn, type ReceivedMetric, type ReceivedSpan, spansIn } from './otlp.ts'

/** What the collector does with what it is sent: a status, or nothing at all. */
export type Mood = number | 'silent'

/** An OTLP receiver over HTTP that keeps what came, decoded. */
export interface Collector {
  readonly url: string
  readonly spans: readonly ReceivedSpan[]
  /** each metric as it was told last, by name */
  readonly metrics: ReadonlyMap<string, ReceivedMetric>
  /** headers of the exports, the newest last */
  readonly headers: readonly NodeJS.Dict<string | string[]>[]
  /** exports that came, whatever was answered */
  readonly requests: number
  setMood(mood: Mood): void
  close(): Promise<void>
}

/** @param onMetrics called with each export of metrics, after it was taken */
export const collector = async (
  onMetrics?: (metrics: readonly ReceivedMetric[]) => void,
): Promise<Collector> => {
  const spans: ReceivedSpan[] = []
  const metrics = new Map<string, ReceivedMetric>()
  const headers: NodeJS.Dict<string | string[]>[] = []
  let mood: Mood = 200
  const server = createServer(async (request, response) => {
    headers.push(request.headers)
    const bytes = await buffer(request).catch(() => undefined)
    if (mood === 'silent' || bytes === undefined) return
    if (mood === 200 && request.url === '/v1/traces') spans.push(...spansIn(bytes))
    if (mood === 200 && request.url === '/v1/metrics') {
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
    headers,
    get requests() {
      return headers.length
    },
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
