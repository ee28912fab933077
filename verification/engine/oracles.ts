import { breaches } from './conformance.ts'
import { type Exchange, headerOf } from './exchange.ts'
import type { Settings } from './settings.ts'
import { REQUESTS_MAX, type Transport } from './transport.ts'
import type { Finding } from './verdict.ts'

/** What is looked at when everything has been sent. */
export interface Closing {
  transport: Transport
  canaries: readonly { owner: 'A' | 'B'; text: string }[]
  settings: Settings
  ms: number
  /** titles of this run's tasks that could not be removed; undefined without users */
  left: readonly string[] | undefined
}

type Oracle = (closing: Closing) => Finding[]

/** Few enough to read, many enough to see a pattern. */
const FINDINGS_MAX = 5

/** Something that must hold for every answer of the run. */
const always =
  (
    expected: string,
    flaw: (exchange: Exchange, closing: Closing) => string | undefined,
    verdict: Finding['verdict'] = 'FAIL',
  ): Oracle =>
  (closing) => {
    const found: Finding[] = []
    for (const exchange of closing.transport.exchanges) {
      if (!exchange.response || exchange.edge) continue
      const observed = flaw(exchange, closing)
      if (observed) found.push({ verdict, expected, observed, exchange })
      if (found.length === FINDINGS_MAX) break
    }
    return found
  }

const application = ({ request, response }: Exchange) =>
  !(request.parserMayRefuse && [400, 405, 408, 413, 414, 431].includes(response?.status ?? 0))

/** Traces of the inside: stack frames, SQL, drivers, connection strings, variables, keys. */
const leaks: readonly RegExp[] = [
  /\bat .+\(.+:\d+:\d+\)/,
  /Traceback|node_modules\/|file:\/\/\/|\/app\/|\/usr\/src\//,
  /syntax error at|relation "|SQLSTATE|duplicate key|violates |invalid input syntax|ERROR: {2}/i,
  /ECONNREFUSED|ENOTFOUND|ETIMEDOUT|PostgresError|asyncpg|psycopg|pgx|CONNECTION_CLOSED/,
  /postgres(ql)?:\/\/|neon\.tech|:5432\b/,
  /\b(10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|172\.(1[6-9]|2\d|3[01])\.\d+\.\d+|100\.64\.\d+\.\d+)\b/,
  /JWT_SECRET|DATABASE_URL|BETTER_AUTH_SECRET|NODE_ENV/,
  /-----BEGIN /,
  /eyJ[\w-]{10,}\.[\w-]+\.[\w-]*/,
]

const noLeak = ({ response, request }: Exchange): string | undefined => {
  if (request.path.startsWith('/docs') || request.path.startsWith('/openapi.json')) return undefined
  const sent = `${request.path} ${JSON.stringify(request.json ?? '')} ${request.body ?? ''} ${JSON.stringify(request.headers ?? [])}`
  for (const leak of leaks) {
    const [hit] = leak.exec(`${response?.rawHeaders}\n${response?.text}`) ?? []
    // What a task holds comes back by right; the owner sees only what was sent or stored on purpose.
    if (hit && !sent.includes(hit))
      return `something that looks like the inside: ${leak.source.slice(0, 40)}`
  }
  return undefined
}

const corsFlaw = ({ response, request }: Exchange, { settings }: Closing): string | undefined => {
  const values = response?.headers.get('access-control-allow-origin')
  if (!values)
    return response?.headers.has('access-control-allow-credentials')
      ? 'credentials without an origin'
      : undefined
  const origin = request.headers?.find(([name]) => name.toLowerCase() === 'origin')?.[1]
  if (values.length !== 1 || !settings.origins.includes(values[0] ?? ''))
    return `Access-Control-Allow-Origin: ${values.join(' and ')}`
  if (values[0] !== origin)
    return 'an allowed origin is granted to a request that does not come from it'
  return undefined
}

const canaryFlaw = (
  { response, as, request }: Exchange,
  { canaries }: Closing,
): string | undefined => {
  const foreign = canaries.find(({ owner, text }) => owner !== as && response?.text.includes(text))
  if (!foreign || JSON.stringify(request).includes(foreign.text)) return undefined
  return `what only ${foreign.owner} may see was sent to ${as}`
}

/** Each of these is a check of its own: `G` for every answer, `S` for the run. */
export const oracles: Readonly<Record<string, Oracle>> = {
  'G-01': always('no server error', ({ response, request }) =>
    (response?.status ?? 0) >= 500 && !request.path.startsWith('/health')
      ? `status ${response?.status}`
      : undefined,
  ),
  'G-02': always('every answer as the contract declares it', (exchange) =>
    application(exchange) ? breaches(exchange)[0] : undefined,
  ),
  'G-03': always('nothing of the inside in any answer', noLeak),
  'G-04': always('X-Content-Type-Options: nosniff', (exchange) =>
    application(exchange) && headerOf(exchange.response, 'x-content-type-options') !== 'nosniff'
      ? 'it is missing'
      : undefined,
  ),
  'G-05': always(
    'Access-Control-Allow-Origin only for an allowed origin, and only to it',
    corsFlaw,
  ),
  'G-06': always('what one user wrote reaches no other', canaryFlaw),
  'G-07': always('no credentials come back', ({ response, sentHeaders }) => {
    const sent = sentHeaders
      .find(([name]) => name === 'Authorization')?.[1]
      .split(' ')
      .at(-1)
    return sent && sent.length > 20 && response?.text.includes(sent)
      ? 'the token is in the answer'
      : undefined
  }),
  'G-08': always('no cookie is ever set', ({ response }) =>
    response?.headers.has('set-cookie') ? 'Set-Cookie' : undefined,
  ),
  'G-09': always('an answer within 10 s', ({ ms }) =>
    ms > 10_000 ? `${Math.round(ms)} ms` : undefined,
  ),
  'G-10': always('X-Request-Id on every answer, the caller’s where it is valid', (exchange) => {
    if (!application(exchange)) return undefined
    const told = exchange.sentHeaders.find(([name]) => name.toLowerCase() === 'x-request-id')?.[1]
    const id = headerOf(exchange.response, 'x-request-id')
    if (!id) return 'it is missing'
    return told && /^[A-Za-z0-9._-]{1,64}$/.test(told) && id !== told
      ? 'a valid one was replaced'
      : undefined
  }),
  'G-11': always('Vary: Origin', (exchange) =>
    application(exchange) && !/\borigin\b/i.test(headerOf(exchange.response, 'vary') ?? '')
      ? 'it is missing'
      : undefined,
  ),
  'G-12': always('Cache-Control: no-store and no sign of a cache', (exchange) => {
    if (!application(exchange)) return undefined
    if (!/\bno-store\b/i.test(headerOf(exchange.response, 'cache-control') ?? ''))
      return 'no-store is missing'
    return exchange.response?.headers.has('age') ? 'an Age' : undefined
  }),
  'S-01': ({ transport }) =>
    transport.sent <= REQUESTS_MAX
      ? []
      : [
          {
            verdict: 'FAIL',
            expected: `at most ${REQUESTS_MAX} requests`,
            observed: `${transport.sent}`,
          },
        ],
  'S-02': ({ left }) =>
    !left || left.length === 0
      ? []
      : [
          {
            verdict: 'FAIL',
            expected: 'nothing of the run is left',
            observed: `${left.length} tasks remain`,
          },
        ],
  'S-03': ({ ms }) =>
    ms <= 60_000
      ? []
      : [{ verdict: 'FAIL', expected: 'done within 60 s', observed: `${Math.round(ms / 1000)} s` }],
}
