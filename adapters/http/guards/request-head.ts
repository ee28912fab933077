import { isIPv6 } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { timesSent } from '../headers.ts'
import { HttpProblem } from '../http-problem.ts'

/** Twice what other servers allow by default (Apache's LimitRequestFields is 100). */
const HEADER_LINES_MAX = 200

/** A registered name or IPv4 address (RFC 3986 §3.2.2), or an IPv6 address in brackets, and a port. */
const HOST = /^(?:\[([0-9A-Fa-f:.]+)\]|(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(?::\d*)?$/

/** Refuses heads that Node's parser lets through although RFC 9112 does not. */
export const requestHead = (app: FastifyInstance): void => {
  // Node drops the lines past its own limit of 1,000 in silence, a precondition or an Origin among them. Without
  // it all are seen, as many as fit into the size of a head.
  app.server.maxHeadersCount = 0
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    const { rawHeaders, httpVersion, headers } = raw
    const coding = headers['transfer-encoding']?.toLowerCase()
    // §6.1: a coding that is not understood. Node only looks at whether the last one is `chunked`.
    const isFramed = coding === undefined || coding === 'chunked'
    // §3.2: one Host. Node's own refusal of a missing one has no body, and of two it takes the first.
    const isAddressed = httpVersion === '1.0' || timesSent(raw, 'host') === 1
    const tooMany = rawHeaders.length > 2 * HEADER_LINES_MAX
    if (tooMany || !isFramed || !isAddressed || !isHost(headers.host ?? ''))
      throw new HttpProblem('malformed_request')
    done()
  })
}

const isHost = (text: string): boolean => {
  const parts = HOST.exec(text)
  return parts !== null && (parts[1] === undefined || isIPv6(parts[1]))
}
