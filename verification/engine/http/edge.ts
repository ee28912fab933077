import type { Exchange, HttpResponse } from './exchange.ts'

/**
 * Whether something in front of the application answered: a platform's page while a service wakes up, say.
 * Everything that the application says carries a request id, and every refusal of its a code.
 */
export const looksLikeEdge = (
  { status, headers, json }: HttpResponse,
  sent: Exchange['sentHeaders'],
  target: URL,
): boolean => {
  if (headers.has('x-railway-fallback')) return true
  // Who asks for another host may be turned away by whatever routes by it (contract §1).
  const misnamed = sent.some(
    ([name, value]) => name.toLowerCase() === 'host' && value !== target.host,
  )
  const refusal = status === 404 || status === 429 || status >= 500 || (misnamed && status !== 200)
  const signed = headers.has('x-request-id') || headers.has('x-content-type-options')
  const coded = typeof json === 'object' && json !== null && 'type' in json && 'code' in json
  return refusal && !signed && !coded
}
