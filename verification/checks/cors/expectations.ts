import type { CheckContext } from '../../engine/check-context.ts'
import { isFromParser } from '../../engine/http/edge.ts'
import { type Exchange, type HttpRequest, headerOf, problemIn } from '../../engine/http/exchange.ts'
import { from } from '../pages.ts'
import { accessWords, granted, grantFlaw, lists } from './grants.ts'
import type { HostileOrigin } from './hostile-spellings.ts'

/** An allowed origin is named back to itself alone, with credentials and all that it may read. */
export const expectGranted = (context: CheckContext, exchange: Exchange, origin: string): void => {
  const flaw = grantFlaw(exchange, origin)
  const exposed = `Access-Control-Expose-Headers: ${granted.exposed.join(', ')}`
  context.expect(!flaw, exchange, `access for ${origin} and nobody else, ${exposed}`, flaw)
}

/** The whole grant of a preflight. */
export const expectPreflight = (
  context: CheckContext,
  exchange: Exchange,
  origin: string,
): void => {
  context.expectStatus(exchange, 204)
  expectGranted(context, exchange, origin)
  const told = (name: string) => headerOf(exchange.response, `access-control-${name}`)
  const expectTold = (holds: boolean, name: string, expected: string) =>
    context.expect(holds, exchange, `Access-Control-${name}: ${expected}`, told(name) ?? 'missing')
  const { methods, headers, openHeaders, maxAge } = granted
  expectTold(lists(told('allow-methods'), methods), 'Allow-Methods', methods.join(', '))
  const complete = lists(told('allow-headers'), headers, openHeaders)
  expectTold(complete, 'Allow-Headers', headers.join(', '))
  expectTold(told('max-age') === String(maxAge), 'Max-Age', String(maxAge))
}

/** Refused with the one problem there is for it, and without a word to the browser. */
export const expectRefused = (context: CheckContext, exchange: Exchange, whose: string): void => {
  const { status, code } = problemIn(exchange)
  const words = accessWords(exchange.response)
  const refused = status === 403 && (exchange.method === 'HEAD' || code === 'origin_not_allowed')
  context.expect(
    words.length === 0 && (isFromParser(exchange) || refused),
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
