import type { Interceptor } from '../../../../bootstrap/system/reverse-proxy.ts'
import { addHeaders, mapHeader, onResponse, setHeader } from '../../operators/proxy.ts'
import { mutants } from '../mutant.ts'

/** An edge that numbers and times what it passes on, and times no HEAD. */
const numbering = (): Interceptor => {
  let count = 0
  return async (request, pass) => {
    const response = await pass(request)
    count += 1
    const numbers = ['Fly-Request-Id', 'Rndr-Id', 'X-Vercel-Id', 'X-Azure-Ref', 'X-Amzn-RequestId']
    const times = ['X-Envoy-Upstream-Service-Time', 'X-Kong-Upstream-Latency', 'X-Response-Time']
    const added = request.method === 'HEAD' ? numbers : [...numbers, ...times]
    return {
      ...response,
      headers: [...response.headers, ...added.map((name): [string, string] => [name, `${count}`])],
    }
  }
}

/** Headers, connections and settings. */
export const edgeVariants = mutants('low', [], {
  'is as we built it': {},
  'lies behind an edge that names itself': addHeaders({
    Server: 'railway-edge',
    'X-Railway-Edge': 'railway/europe-west4',
    'CF-Ray': '8f00-FRA',
    'X-Railway-Request-Id': 'abc',
  }),
  'lies behind an edge that numbers its answers': { proxy: numbering },
  'hints early at what a page may need': {
    app: (app) => {
      app.server.prependListener('request', (_, response) => {
        response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' })
      })
    },
  },
  'orders Allow otherwise and leaves OPTIONS out': mapHeader('Allow', (allow) =>
    allow
      .split(', ')
      .filter((method) => method !== 'OPTIONS')
      .reverse()
      .join(','),
  ),
  'sends JSON types without a charset': mapHeader('Content-Type', (type) =>
    type.replace(/;.*/, ''),
  ),
  'names more in Vary': setHeader('Vary', 'Accept-Encoding, Origin'),
  'says more in Cache-Control': setHeader('Cache-Control', 'private, no-store, max-age=0'),
  'spells header names in capitals': onResponse((response) => ({
    ...response,
    headers: response.headers.map(([name, value]) => [name.toUpperCase(), value]),
  })),
  'ends every connection': {
    ...onResponse((response) => response),
    app: (app) => {
      app.server.keepAliveTimeout = 1
    },
  },
  'closes connections without a word once they are idle': {
    app: (app) => {
      app.server.on('request', ({ socket }, response) => {
        response.once('finish', () => setImmediate(() => socket.destroySoon()))
      })
    },
  },
  'adds harmless headers': addHeaders({ 'Server-Timing': 'app;dur=1' }),
  'is known by its release': { settings: { release: '0123456789abcdef0123456789abcdef01234567' } },
  'allows one origin more than it was asked about': {
    settings: {
      origins: [
        'https://tasks-example.vercel.app',
        'https://app.example.org',
        'https://admin.example.org',
      ],
    },
  },
})
