import type { HttpResponse } from './exchange.ts'

/**
 * Whether something in front of the application answered: a platform's page while a service wakes up, say.
 * Everything that the application says carries a request id, and every refusal of its a code.
 */
export const looksLikeEdge = ({ status, headers, json }: HttpResponse): boolean => {
  if (headers.has('x-railway-fallback')) return true
  const refusal = status === 404 || status === 429 || status >= 500
  const signed = headers.has('x-request-id') || headers.has('x-content-type-options')
  const coded = typeof json === 'object' && json !== null && 'type' in json && 'code' in json
  return refusal && !signed && !coded
}
