import { addHeaders, mapHeader, onResponse, setHeader } from '../../operators/proxy.ts'
import { mutants } from '../mutant.ts'

/** Headers, connections and settings. */
export const edgeVariants = mutants('low', [], {
  'is as we built it': {},
  'lies behind an edge that names itself': addHeaders({
    Server: 'railway-edge',
    'X-Railway-Edge': 'railway/europe-west4',
    'CF-Ray': '8f00-FRA',
    'X-Railway-Request-Id': 'abc',
  }),
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
