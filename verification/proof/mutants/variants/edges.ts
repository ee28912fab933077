import type { Fields } from '../../../../bootstrap/system/http-messages.ts'
import { mapHeader, onResponse, setHeader } from '../../operators/proxy.ts'
import { mutants } from '../mutant.ts'

const adding = (...fields: Fields) =>
  onResponse((response) => ({ ...response, headers: [...response.headers, ...fields] }))

/** Headers, connections and settings. */
export const edgeVariants = mutants(
  { severity: 'low', caughtBy: [] },
  {
    'is-as-we-built-it': {},
    'lies-behind-an-edge-that-names-itself': {
      proxy: adding(
        ['Server', 'railway-edge'],
        ['X-Railway-Edge', 'railway/europe-west4'],
        ['CF-Ray', '8f00-FRA'],
        ['X-Railway-Request-Id', 'abc'],
      ),
    },
    'orders-allow-otherwise-and-leaves-options-out': {
      does: 'orders Allow otherwise and leaves OPTIONS out',
      proxy: mapHeader('Allow', (allow) =>
        allow
          .split(', ')
          .filter((method) => method !== 'OPTIONS')
          .reverse()
          .join(','),
      ),
    },
    'sends-json-types-without-a-charset': {
      does: 'sends JSON types without a charset',
      proxy: mapHeader('Content-Type', (type) => type.replace(/;.*/, '')),
    },
    'names-more-in-vary': {
      does: 'names more in Vary',
      proxy: setHeader('Vary', 'Accept-Encoding, Origin'),
    },
    'says-more-in-cache-control': {
      does: 'says more in Cache-Control',
      proxy: setHeader('Cache-Control', 'private, no-store, max-age=0'),
    },
    'spells-header-names-in-capitals': {
      proxy: onResponse((response) => ({
        ...response,
        headers: response.headers.map(([name, value]) => [name.toUpperCase(), value]),
      })),
    },
    'ends-every-connection': {
      proxy: onResponse((response) => response),
      app: (app) => {
        app.server.keepAliveTimeout = 1
      },
    },
    'adds-harmless-headers': { proxy: adding(['Server-Timing', 'app;dur=1']) },
    'is-known-by-its-release': {
      settings: { release: '0123456789abcdef0123456789abcdef01234567' },
    },
    'allows-one-origin-more-than-it-was-asked-about': {
      settings: {
        origins: [
          'https://tasks-example.vercel.app',
          'https://app.example.org',
          'https://admin.example.org',
        ],
      },
    },
  },
)
