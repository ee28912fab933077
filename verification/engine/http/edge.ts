import type { Exchange, HttpResponse } from './exchange.ts'

/** What a parser says to a method or a version that it does not know (RFC 9110 §15.6.2, §15.6.6): no service that is away. */
const OF_PARSERS = [501, 505]

/** Whether the application had no part in it: all that it says carries a request id, and every refusal of its a code. */
const isUnsigned = ({ headers, json }: HttpResponse): boolean => {
  const signed = headers.has('x-request-id') || headers.has('x-content-type-options')
  const coded = typeof json === 'object' && json !== null && 'type' in json && 'code' in json
  return !signed && !coded
}

/** What an HTTP parser says itself, which is outside the contract (§1), and to a method that it does not serve. */
const ofParsers = [400, 405, 408, 413, 414, 417, 431, ...OF_PARSERS]
/** And to whoever speaks an old version (RFC 9110 §15.5.22, §15.6.6). */
const ofOldVersions = [400, 426, 505]

/** Whether a parser said it, who may refuse such a request. */
export const isFromParser = ({ request, response }: Pick<Exchange, 'request' | 'response'>) =>
  (request.parserMayRefuse === true && ofParsers.includes(response?.status ?? 0)) ||
  (request.version === '1.0' && ofOldVersions.includes(response?.status ?? 0))

/** Whether it is certain that it was no word of the application's. */
export const isFromOutside = (exchange: Pick<Exchange, 'request' | 'response'>): boolean =>
  isFromParser(exchange) && exchange.response !== undefined && isUnsigned(exchange.response)

/**
 * Whether something in front of the application answered: a platform's page while a service wakes up, say, or
 * a firewall that takes what is sent here for an attack, as it is.
 */
export const looksLikeEdge = (
  response: HttpResponse,
  sent: Exchange['sentHeaders'],
  target: URL,
): boolean => {
  const { status, headers } = response
  if (headers.has('x-railway-fallback')) return true
  // Who asks for another host may be turned away by whatever routes by it (contract §1).
  const misnamed = sent.some(
    ([name, value]) => name.toLowerCase() === 'host' && value !== target.host,
  )
  const isAway = status >= 500 && !OF_PARSERS.includes(status)
  const refusal = isAway || [403, 404, 429].includes(status) || (misnamed && status !== 200)
  return refusal && isUnsigned(response)
}
