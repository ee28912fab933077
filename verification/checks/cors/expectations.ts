import { type CheckContext, MARKER_TAG, TASKS } from '../../engine/check-context.ts'
import {
  type Exchange,
  type HttpRequest,
  type HttpResponse,
  headerOf,
  problemIn,
} from '../../engine/http/exchange.ts'
import type { HostileOrigin } from './hostile-spellings.ts'
import { from } from './requests.ts'

/** What preflights grant and what scripts may read, whole: the contract leaves no room for more. */
const granted = {
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  headers: [
    'Authorization',
    'Content-Type',
    'If-Match',
    'If-None-Match',
    'Idempotency-Key',
    'X-Request-Id',
  ],
  exposed: ['ETag', 'Location', 'Link', 'Retry-After', 'X-Request-Id', 'Idempotency-Replayed'],
  maxAge: 7200,
} as const
/** Reads as the owner that none of these came to be. Without users there is nobody to ask. */
export const expectNone = async (
  context: CheckContext,
  titles: readonly string[],
): Promise<void> => {
  if (!context.settings.users) return
  const path = `${TASKS}?tag=${MARKER_TAG}&per_page=100`
  const list = await context.send({ path, as: 'A' })
  context.control(list.response?.status === 200, list, 'the owner can list the tasks')
  const created = titles.filter((title) => list.response?.text.includes(title)).length
  context.expect(created === 0, list, 'a refused origin creates nothing', `${created} new tasks`)
}

/** The members of a list header, compared without case and order. */
const membersOf = (value: string | undefined): string =>
  [...new Set(value?.split(',').map((member) => member.trim().toLowerCase()))]
    .filter((member) => member !== '')
    .sort()
    .join(', ')
const same = (value: string | undefined, members: readonly string[]): boolean =>
  membersOf(value) === membersOf(members.join(','))

/** An allowed origin is named back to itself alone, with credentials, whatever the status. */
export const expectGranted = (context: CheckContext, exchange: Exchange, origin: string): void => {
  const flaw = grantFlaw(exchange.response, origin)
  context.expect(!flaw, exchange, `access for ${origin} and nobody else`, flaw)
  const exposed = headerOf(exchange.response, 'access-control-expose-headers')
  if (exchange.method === 'OPTIONS') return
  context.expect(
    same(exposed, granted.exposed),
    exchange,
    `Access-Control-Expose-Headers: ${granted.exposed.join(', ')}`,
    exposed ?? 'no such header',
  )
}

const grantFlaw = (response: HttpResponse | undefined, origin: string): string | undefined => {
  if (!response) return undefined
  const values = response.headers.get('access-control-allow-origin') ?? []
  if (values.length !== 1 || values[0] !== origin)
    return `status ${response.status}, Access-Control-Allow-Origin: ${values.join(' and ') || 'missing'}`
  const credentials = headerOf(response, 'access-control-allow-credentials')
  if (credentials !== 'true')
    return `status ${response.status}, Access-Control-Allow-Credentials: ${credentials ?? 'missing'}`
  const vary = headerOf(response, 'vary')
  return membersOf(vary).split(', ').includes('origin') ? undefined : `Vary: ${vary ?? 'missing'}`
}

/** The whole grant of a preflight. */
export const expectPreflight = (
  context: CheckContext,
  exchange: Exchange,
  origin: string,
): void => {
  context.expectStatus(exchange, 204)
  expectGranted(context, exchange, origin)
  const lists = { methods: granted.methods, headers: granted.headers }
  for (const [list, members] of Object.entries(lists)) {
    const value = headerOf(exchange.response, `access-control-allow-${list}`)
    const expected = `Access-Control-Allow-${list}: ${members.join(', ')}`
    context.expect(same(value, members), exchange, expected, value ?? 'no such header')
  }
  const age = headerOf(exchange.response, 'access-control-max-age')
  const expected = `Access-Control-Max-Age: ${granted.maxAge}`
  context.expect(age === String(granted.maxAge), exchange, expected, age ?? 'no such header')
}

/** Refused with the one problem there is for it, and without a word to the browser. */
export const expectRefused = (context: CheckContext, exchange: Exchange, whose: string): void => {
  const { status, code } = problemIn(exchange)
  const words = accessWords(exchange.response)
  const parser = exchange.request.parserMayRefuse && [400, 431].includes(status ?? 0)
  context.expect(
    words.length === 0 && (parser || (status === 403 && code === 'origin_not_allowed')),
    exchange,
    `403 origin_not_allowed without any Access-Control-* header for ${whose}`,
    [`status ${status}${code ? ` ${code}` : ''}`, ...words.slice(0, 2)].join(', '),
  )
}

/** Sends a request as a page of a hostile origin would, to be refused. */
export const expectHostileRefused = async (
  context: CheckContext,
  { name, value, parserMayRefuse }: HostileOrigin,
  request: HttpRequest,
): Promise<void> => {
  const sent = { ...from(value, request), ...(parserMayRefuse && { parserMayRefuse }) }
  expectRefused(context, await context.send(sent), name)
}

/** Every Access-Control-* header with its value. */
export const accessWords = (response: HttpResponse | undefined): string[] =>
  [...(response?.headers ?? [])]
    .filter(([name]) => name.startsWith('access-control-'))
    .map(([name, values]) => `${name}: ${values.join(' and ')}`)
