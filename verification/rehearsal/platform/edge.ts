import { randomUUID } from 'node:crypto'
import {
  type ProxyRequest,
  type ProxyResponse,
  withHeader,
} from '../../../bootstrap/system/http-messages.ts'
import { type Interceptor, reverseProxy } from '../../../bootstrap/system/reverse-proxy.ts'
import type { Authority } from './certificates.ts'

/** Railway's edge: TLS ends here, requests go to the instance that is routed to, with what the edge adds. */
export interface Edge {
  /** as everybody outside knows it */
  url: string
  /** The same without TLS, for what cannot be given our own authority. */
  plainUrl: string
  port: number
  /** how many requests an instance had taken and did not answer */
  readonly cut: number
  /** Sends new requests to the instance at this port. */
  route(port: number): void
  close(): void
}

/** docs.railway.com, public-networking/specs-and-limits */
const added = (request: ProxyRequest, host: string): ProxyRequest => {
  const edge: readonly [string, string][] = [
    ['X-Real-IP', '203.0.113.7'],
    ['X-Forwarded-For', '203.0.113.7'],
    ['X-Forwarded-Proto', 'https'],
    ['X-Forwarded-Host', host],
    ['X-Railway-Edge', 'railway/europe-west4'],
    ['X-Railway-Request-Id', randomUUID()],
    ['X-Request-Start', String(Date.now())],
  ]
  return edge.reduce((all, [name, value]) => withHeader(all, name, value), request)
}

/** What the edge says where nothing runs; it carries none of the application's headers. */
const nothingRuns: ProxyResponse = {
  status: 502,
  headers: [
    ['Content-Type', 'application/json'],
    ['X-Railway-Fallback', 'true'],
  ],
  body: Buffer.from('{"status":"error","code":502,"message":"Application failed to respond"}'),
}

export const edge = async (ca: Authority, host: string): Promise<Edge> => {
  let port = 0
  let cut = 0
  const fallback = ({ code }: NodeJS.ErrnoException): ProxyResponse => {
    if (code !== 'ECONNREFUSED') cut += 1
    return nothingRuns
  }
  const forward: Interceptor = (request, pass) => pass(added(request, host)).catch(fallback)
  const { certificate: cert, key } = ca.issue([...new Set([host, 'localhost'])])
  const [secure, plain] = await Promise.all([
    reverseProxy(forward, () => port, { cert, key }),
    reverseProxy(forward, () => port),
  ])
  return {
    url: `https://${host}:${secure.port}`,
    plainUrl: `http://localhost:${plain.port}`,
    port: secure.port,
    get cut() {
      return cut
    },
    route: (next) => {
      port = next
    },
    close: () => {
      secure.close()
      plain.close()
    },
  }
}
