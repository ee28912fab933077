import type { ClientRequest, IncomingMessage } from 'node:http'

const OTLP = /^application\/x-protobuf\s*(;|$)/i

/**
 * Has an exporter see whether a success is one; by itself it takes the status for all of it.
 *
 * One that breaks off is no answer, so the same is to be sent again, as where the other side disconnects without any
 * (opentelemetry.io/docs/specs/otlp, “All Other Responses”): the exporter does that at 503. And the bytes of a text may
 * well be those of a message with a field that is not known yet, so its type counts.
 *
 * @param onStrange told right before the exporter tells of a success
 */
export const judged = (request: ClientRequest, onStrange: () => void): void => {
  request.prependOnceListener('response', (response: IncomingMessage) => {
    const { statusCode = 0, headers } = response
    if (statusCode > 299) return
    response.once('error', () => {
      response.statusCode = 503
    })
    const type = headers['content-type'] ?? 'application/x-protobuf'
    if (!OTLP.test(type)) response.once('data', () => response.once('end', onStrange))
  })
}
