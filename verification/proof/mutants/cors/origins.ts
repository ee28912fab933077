import {
  type Fields,
  field,
  type ProxyRequest,
  withHeader,
} from '../../../../bootstrap/system/http-messages.ts'
import type { Interceptor } from '../../../../bootstrap/system/reverse-proxy.ts'
import { serviceEnv } from '../../mutated-service.ts'
import { mapRequestHeader, onRequest } from '../../operators/proxy.ts'
import { mutants } from '../mutant.ts'

const [allowed = '', other = ''] = serviceEnv.CORS_ORIGINS.split(',')
const host = new URL(allowed).host

/** The origin that a request names, where it is none of those on the list. */
const refusedOrigin = ({ headers }: ProxyRequest) => {
  const origin = field(headers, 'origin')
  return origin === allowed || origin === other ? undefined : origin
}

/** Lets origins in that pass a careless comparison, as if they were on the list. */
const admitting =
  (careless: (origin: string) => boolean) => (): Interceptor => async (request, pass) => {
    const origin = refusedOrigin(request)
    if (origin === undefined || !careless(origin)) return pass(request)
    const response = await pass(withHeader(request, 'Origin', allowed))
    return withHeader(response, 'Access-Control-Allow-Origin', origin)
  }

const withoutOrigin = <T extends { headers: Fields }>(message: T) => withHeader(message, 'Origin')

/** Which origins may ask at all. */
export const originMutants = mutants(
  { severity: 'critical', caughtBy: ['C', 'G-05'] },
  {
    'reflects-any-origin-with-credentials': { proxy: admitting(() => true) },
    'allows-the-origin-null': { proxy: admitting((origin) => origin === 'null') },
    'compares-origins-by-their-end': { proxy: admitting((origin) => origin.endsWith(host)) },
    'compares-origins-by-their-beginning': {
      proxy: admitting((origin) => origin.startsWith(allowed)),
    },
    'looks-for-an-allowed-host-anywhere': { proxy: admitting((origin) => origin.includes(host)) },
    'forgets-to-escape-the-dot-in-a-pattern': {
      proxy: admitting((origin) => new RegExp(`^https://${host}$`).test(origin)),
    },
    'allows-everything-under-vercel-app': {
      does: 'allows everything under vercel.app',
      proxy: admitting((origin) => /^https:\/\/[\w-]+\.vercel\.app$/.test(origin)),
    },
    'allows-preview-deployments-by-a-pattern': {
      proxy: admitting((origin) => /^https:\/\/tasks-example-[\w-]+\.vercel\.app$/.test(origin)),
    },
    'allows-http-for-an-allowed-host': {
      proxy: admitting((origin) => origin === allowed.replace('https', 'http')),
    },
    'ignores-the-port': {
      severity: 'high',
      proxy: admitting((origin) => origin.replace(/:\d+$/, '') === allowed),
    },
    'leaves-localhost-allowed': {
      severity: 'high',
      settings: { origins: [allowed, other, 'http://localhost:3000'] },
    },
    'compares-origins-without-regard-to-case': {
      severity: 'medium',
      proxy: admitting((origin) => origin.toLowerCase() === allowed),
    },
    'allows-a-trailing-slash': {
      severity: 'medium',
      proxy: admitting((origin) => origin === `${allowed}/`),
    },
    'allows-subdomains-of-an-allowed-host': {
      severity: 'high',
      proxy: admitting((origin) => origin.endsWith(`.${host}`)),
    },
    'allows-a-trailing-dot': {
      severity: 'high',
      proxy: admitting((origin) => origin === `${allowed}.`),
    },
    'executes-what-a-refused-origin-asks-for': {
      proxy: () => async (request, pass) => {
        if (refusedOrigin(request) !== undefined && request.method === 'POST')
          await pass(withoutOrigin(request))
        return pass(request)
      },
    },
    'serves-refused-origins-without-cors-headers': {
      does: 'serves refused origins without CORS headers',
      severity: 'high',
      proxy: onRequest((request) =>
        refusedOrigin(request) === undefined ? request : withoutOrigin(request),
      ),
    },
    'allows-the-first-configured-origin-only': {
      severity: 'high',
      settings: { origins: [allowed] },
    },
    'is-configured-with-a-trailing-slash': {
      severity: 'high',
      settings: { origins: [`${allowed}/`, `${other}/`] },
    },
    'takes-the-first-of-two-origin-headers': {
      does: 'takes the first of two Origin headers',
      severity: 'high',
      proxy: onRequest((request) => {
        const all = request.headers.filter(([name]) => /^origin$/i.test(name))
        return all.length < 2 ? request : withHeader(request, 'Origin', all[0]?.[1])
      }),
    },
    'takes-json-under-text-plain': {
      does: 'takes JSON under text/plain',
      severity: 'medium',
      caughtBy: ['C', 'V'],
      proxy: mapRequestHeader('content-type', (type) =>
        type.replace('text/plain', 'application/json'),
      ),
    },
  },
)
