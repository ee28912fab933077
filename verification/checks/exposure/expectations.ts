import { isDeepStrictEqual } from 'node:util'
import type { CheckContext } from '../../engine/check-context.ts'
import {
  type Exchange,
  type HttpResponse,
  headerOf,
  membersOf,
} from '../../engine/http/exchange.ts'
import { plainHealth } from '../health/exchanges.ts'

/** The environment that the service says it runs in, and the answer in which it says so. */
export const environmentOf = async (context: CheckContext): Promise<[string, Exchange]> => {
  const exchange = await plainHealth(context)
  const { environment } = membersOf<{ environment: unknown }>(exchange)
  context.control(typeof environment === 'string', exchange, '/health names the environment')
  return [String(environment), exchange]
}

/** Where an unknown path could give itself away; what edges and clocks put in does not belong here. */
const telling = [
  'content-type',
  'content-security-policy',
  'cache-control',
  'vary',
  'allow',
  'etag',
  'link',
  'location',
  'www-authenticate',
  'x-content-type-options',
]

/** The same answer as to an unknown path, the id of the request aside. */
export const expectUnknown = (
  context: CheckContext,
  exchange: Exchange,
  baseline: Exchange,
): void => {
  const [seen, known] = [faceOf(exchange), faceOf(baseline)]
  context.expect(
    isDeepStrictEqual(seen, exchange.method === 'HEAD' ? { ...known, body: undefined } : known),
    exchange,
    'exactly the answer to an unknown path',
    difference(seen, known),
  )
}

interface Face {
  status?: number | undefined
  headers: Record<string, string | undefined>
  body: unknown
}

const faceOf = ({ response }: Exchange): Face => ({
  status: response?.status,
  headers: Object.fromEntries(telling.map((name) => [name, headerOf(response, name)])),
  body: bodyOf(response),
})

const bodyOf = (response: HttpResponse | undefined): unknown => {
  const { json } = response ?? {}
  if (typeof json !== 'object' || json === null) return response?.text || undefined
  return { ...json, request_id: '' }
}

const difference = (seen: Face, known: Face): string | undefined => {
  if (seen.status !== known.status) return undefined
  const name = telling.find((it) => seen.headers[it] !== known.headers[it])
  return name ? `${name}: ${seen.headers[name] ?? 'missing'}` : 'another body'
}
