import {
  type Fields,
  field,
  type ProxyRequest,
  withHeader,
} from '../../../../bootstrap/system/http-messages.ts'
import { serviceEnv } from '../../mutated-service.ts'
import { mapRequestHeader, onRequest } from '../../operators/proxy.ts'
import { type Mutation, mutants } from '../mutant.ts'

const [allowed = '', other = ''] = serviceEnv.CORS_ORIGINS.split(',')
const host = new URL(allowed).host

/** The origin that a request names, where it is none of those on the list. */
const refusedOrigin = ({ headers }: ProxyRequest) => {
  const origin = field(headers, 'origin')
  return origin === allowed || origin === other ? undefined : origin
}

/** Lets origins in that pass a careless comparison, as if they were on the list. */
const admitting = (careless: (origin: string) => boolean): Mutation => ({
  proxy: () => async (request, pass) => {
    const origin = refusedOrigin(request)
    if (origin === undefined || !careless(origin)) return pass(request)
    const response = await pass(withHeader(request, 'Origin', allowed))
    return withHeader(response, 'Access-Control-Allow-Origin', origin)
  },
})

const withoutOrigin = <T extends { headers: Fields }>(message: T) => withHeader(message, 'Origin')

/** Which origins may ask at all. */
export const originMutants = [
  ...mutants('critical', ['C', 'G-05'], {
    'reflects any origin with credentials': admitting(() => true),
    'takes the first of several origins for the one': admitting(
      (origin) => origin.split(',')[0] === allowed,
    ),
    'allows the origin null': admitting((origin) => origin === 'null'),
    'compares origins by their end': admitting((origin) => origin.endsWith(host)),
    'compares origins by their beginning': admitting((origin) => origin.startsWith(allowed)),
    'looks for an allowed host anywhere': admitting((origin) => origin.includes(host)),
    'forgets to escape the dot in a pattern': admitting((origin) =>
      new RegExp(`^https://${host}$`).test(origin),
    ),
    'allows everything under vercel.app': admitting((origin) =>
      /^https:\/\/[\w-]+\.vercel\.app$/.test(origin),
    ),
    'allows preview deployments by a pattern': admitting((origin) =>
      /^https:\/\/tasks-example-[\w-]+\.vercel\.app$/.test(origin),
    ),
    'allows http for an allowed host': admitting(
      (origin) => origin === allowed.replace('https', 'http'),
    ),
    'executes what a refused origin asks for': {
      proxy: () => async (request, pass) => {
        if (refusedOrigin(request) !== undefined && request.method === 'POST')
          await pass(withoutOrigin(request))
        return pass(request)
      },
    },
  }),
  ...mutants('high', ['C', 'G-05'], {
    'allows any part of a list by blanks': admitting((origin) =>
      origin.split(/\s+/).includes(allowed),
    ),
    'trims origins of all white space': admitting(
      (origin) => Buffer.from(origin, 'latin1').toString().trim() === allowed,
    ),
    'takes user information for the host': admitting((origin) => origin.startsWith(`${allowed}@`)),
    'allows hosts that end in an underscore before an allowed one': admitting((origin) =>
      origin.endsWith(`_${host}`),
    ),
    'allows sockets of an allowed host': admitting(
      (origin) => origin === allowed.replace('https', 'wss'),
    ),
    'allows extensions of browsers': admitting((origin) => /^chrome-extension:/.test(origin)),
    'ignores the port': admitting((origin) => origin.replace(/:\d+$/, '') === allowed),
    'leaves localhost allowed': {
      settings: { origins: [allowed, other, 'http://localhost:3000'] },
    },
    'allows subdomains of an allowed host': admitting((origin) => origin.endsWith(`.${host}`)),
    'allows a trailing dot': admitting((origin) => origin === `${allowed}.`),
    'serves refused origins without CORS headers': onRequest((request) =>
      refusedOrigin(request) === undefined ? request : withoutOrigin(request),
    ),
    'allows the first configured origin only': { settings: { origins: [allowed] } },
    'is configured with a trailing slash': { settings: { origins: [`${allowed}/`, `${other}/`] } },
    'takes the first of two Origin headers': onRequest((request) => {
      const all = request.headers.filter(([name]) => /^origin$/i.test(name))
      return all.length < 2 ? request : withHeader(request, 'Origin', all[0]?.[1])
    }),
  }),
  ...mutants('medium', ['C', 'G-05'], {
    'compares origins without regard to case': admitting(
      (origin) => origin.toLowerCase() === allowed,
    ),
    'allows a trailing slash': admitting((origin) => origin === `${allowed}/`),
    'takes JSON under text/plain': {
      caughtBy: ['C', 'V'],
      ...mapRequestHeader('content-type', (type) => type.replace('text/plain', 'application/json')),
    },
  }),
]
