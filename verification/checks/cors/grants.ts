import { type Exchange, type HttpResponse, headerOf } from '../../engine/http/exchange.ts'

/** What preflights grant and what scripts may read, whole; beyond it only what the contract leaves open. */
export const granted = {
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  headers: [
    'Authorization',
    'Content-Type',
    'If-Match',
    'If-None-Match',
    'Idempotency-Key',
    'X-Request-Id',
  ],
  openHeaders: ['traceparent', 'tracestate', 'baggage', 'sentry-trace'],
  exposed: ['ETag', 'Location', 'Link', 'Retry-After', 'X-Request-Id', 'Idempotency-Replayed'],
  maxAge: 7200,
} as const

/** The members of a list header, compared without case and order. */
export const listed = (value = ''): ReadonlySet<string> =>
  new Set(
    value
      .split(',')
      .map((member) => member.trim().toLowerCase())
      .filter((member) => member !== ''),
  )

/** Whether a list header has all these members, and beyond them none but open ones. */
export const lists = (
  value: string | undefined,
  members: readonly string[],
  open: readonly string[] = [],
): boolean => {
  const [seen, due] = [listed(value), listed(members.join())]
  const more = listed(open.join())
  return (
    [...due].every((it) => seen.has(it)) && [...seen].every((it) => due.has(it) || more.has(it))
  )
}

const sentBy = ({ sentHeaders }: Exchange, name: string): string[] =>
  sentHeaders.filter(([it]) => it.toLowerCase() === name).map(([, value]) => value)

/** The allowed origin that a request comes from; undefined where it has another, several or none. */
export const allowedOriginOf = (
  exchange: Exchange,
  origins: readonly string[],
): string | undefined => {
  const [origin, ...others] = sentBy(exchange, 'origin')
  return origin !== undefined && others.length === 0 && origins.includes(origin)
    ? origin
    : undefined
}

/** A preflight is told what it may send, every other request what it may read. */
const isPreflight = (exchange: Exchange): boolean =>
  exchange.method === 'OPTIONS' && sentBy(exchange, 'access-control-request-method').length > 0

/** What keeps pages of an allowed origin from reading an answer to them, whatever its status. */
export const grantFlaw = (exchange: Exchange, origin: string): string | undefined => {
  const { response } = exchange
  if (!response) return undefined
  const told = (name: string, value: string | undefined) =>
    `status ${response.status}, ${name}: ${value || 'missing'}`
  const values = response.headers.get('access-control-allow-origin') ?? []
  if (values.length !== 1 || values[0] !== origin)
    return told('Access-Control-Allow-Origin', values.join(' and '))
  const credentials = headerOf(response, 'access-control-allow-credentials')
  if (credentials !== 'true') return told('Access-Control-Allow-Credentials', credentials)
  const vary = headerOf(response, 'vary')
  if (!listed(vary).has('origin')) return told('Vary', vary)
  const exposed = headerOf(response, 'access-control-expose-headers')
  return isPreflight(exchange) || lists(exposed, granted.exposed)
    ? undefined
    : told('Access-Control-Expose-Headers', exposed)
}

/** Every Access-Control-* header with its value. */
export const accessWords = (response: HttpResponse | undefined): string[] =>
  [...(response?.headers ?? [])]
    .filter(([name]) => name.startsWith('access-control-'))
    .map(([name, values]) => `${name}: ${values.join(' and ')}`)
