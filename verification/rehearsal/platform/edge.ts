import { randomUUID } from 'node:crypto'
import {
  type ProxyRequest,
  type ProxyResponse,
  withHeader,
} from '../../../bootstrap/system/http-messages.ts'
import { type Interceptor, reverseProxy } from '../../../bootstrap/system/reverse-proxy.ts'
import type { KeyPair } from './certificates.ts'

/** Railway's edge: TLS ends here, and requests go on to one instance, with header fields of the edge's own. */
export interface Edge {
  /** where clients find it */
  url: string
  /** The same without TLS, for clients that cannot be made to trust our authority. */
  plainUrl: string
  port: number
  /** how many requests an instance accepted without ever answering them */
  readonly cut: number
  /** Sends new requests to the instance at this port. */
  route(port: number): void
  close(): void
}

/** docs.railway.com, public-networking/specs-and-limits */
const withEdgeFields = (request: ProxyRequest, host: string): ProxyRequest =>
  Object.entries({
    'X-Real-IP': '203.0.113.7',
    'X-Forwarded-For': '203.0.113.7',
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': host,
    'X-Railway-Edge': 'railway/europe-west4',
    'X-Railway-Request-Id': randomUUID(),
    'X-Request-Start': String(Date.now()),
  }).reduce((all, [name, value]) => withHeader(all, name, value), request)

/** Sent where no instance runs; it has none of the application's header fields. */
const badGateway: ProxyResponse = {
  status: 502,
  headers: [
    ['Content-Type', 'application/json'],
    ['X-Railway-Fallback', 'true'],
  ],
  body: Buffer.from('{"status":"error","code":502,"message":"Application failed to respond"}'),
}

export const edge = async (host: string, tls: KeyPair): Promise<Edge> => {
  let port = 0
  let cut = 0
  const failed = ({ code }: NodeJS.ErrnoException): ProxyResponse => {
    if (code !== 'ECONNREFUSED') cut += 1
    return badGateway
  }
  const forward: Interceptor = (request, pass) => pass(withEdgeFields(request, host)).catch(failed)
  const [secure, plain] = await Promise.all([
    reverseProxy(forward, () => port, tls),
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
