import {
  field,
  type ProxyRequest,
  type ProxyResponse,
} from '../../../../bootstrap/system/http-messages.ts'
import { addHeaders, ownResponse } from '../../operators/proxy.ts'
import { type Mutation, mutants } from '../mutant.ts'

const page = (status: number): ProxyResponse =>
  ownResponse(status, { 'Content-Type': 'text/html' }, `<h1>${status}</h1>`)

/** Answers some requests itself, which the service never hears of. */
const answering = (statusOf: (request: ProxyRequest) => number | undefined): Mutation => ({
  proxy: () => async (request, pass) => {
    const status = statusOf(request)
    return status ? page(status) : pass(request)
  },
})

const MEGABYTE = 1_000_000
const isLong = ([name, value]: [string, string]) =>
  !/^authorization$/i.test(name) && value.length > 4_096

/** What Tomcat, Jetty, nginx or Cowboy refuse before anything is routed. */
const unreadable = ({ method, path, headers, body }: ProxyRequest): number | undefined => {
  const [before = '', query = ''] = path.split('?')
  if (method === 'TRACE') return 501
  if (body.length > MEGABYTE || Number(field(headers, 'content-length')) > MEGABYTE) return 413
  if (headers.some(isLong)) return 431
  const isAmbiguous = /\/\/|;/.test(before) || /%(?![0-9a-f]{2})/i.test(query)
  return isAmbiguous || (method === 'GET' && body.length > 0) ? 400 : undefined
}

const isAttack = ({ path }: ProxyRequest) => /pg_sleep|%0d%0a|^\/\.(env|git)/i.test(path)

/** Parsers, firewalls and proxies before the service, which speak for themselves (contract §1). */
export const proxyVariants = mutants('low', [], {
  'lies behind a proxy that refuses what it cannot read': answering(unreadable),
  'lies behind a firewall that knows attacks': {
    undecided: true,
    ...answering((request) => (isAttack(request) ? 403 : undefined)),
  },
  'speaks no HTTP/1.0': {
    app: (app) => {
      app.addHook('onRequest', async ({ raw }, reply) => {
        if (raw.httpVersion !== '1.0') return
        reply.hijack()
        reply.raw.writeHead(426, { Upgrade: 'HTTP/1.1' }).end()
      })
    },
  },
  'lies behind a proxy that sets its policies once more': addHeaders({
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  }),
  'lies behind an edge that names its answers by chance': {
    proxy: () => {
      let count = 0
      return async (request, pass) => {
        const response = await pass(request)
        count += 1
        const named: [string, string][] = [
          ['X-Amz-Cf-Id', `k0pgxQ_${count}`],
          ['Apigw-Requestid', `${count}`],
          ['X-Rate-Limit-Remaining', `${100_000 - count}`],
          ['Server', 'railway-hikari'],
        ]
        return { ...response, headers: [...response.headers, ...named] }
      }
    },
  },
})
