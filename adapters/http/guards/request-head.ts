import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { timesSent } from '../headers.ts'
import { HttpProblem } from '../http-problem.ts'
import { authorityOf } from '../request/target.ts'

/** Twice what other servers allow by default (Apache's LimitRequestFields is 100). */
const HEADER_LINES_MAX = 200

/** A registered name or IPv4 address (RFC 3986 §3.2.2), or an IPv6 address in brackets, and a port. */
const HOST = /^(?:\[([0-9A-Fa-f:.]+)\]|(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(?::\d*)?$/

/** RFC 9110 §5.6.2. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/

/** Refuses heads that Node's parser lets through although RFC 9112 does not. */
export const requestHead = (app: FastifyInstance): void => {
  // Node drops the lines past its own limit of 1,000 in silence, a precondition or an Origin among them. Without
  // it all are seen, as many as fit into the size of a head.
  app.server.maxHeadersCount = 0
  app.addHook('onRequest', ({ raw, originalUrl }, _reply, done) => {
    if (!isAddressed(raw, originalUrl) || !isFramed(raw) || !hasWholeLines(raw))
      throw new HttpProblem('malformed_request')
    done()
  })
}

/**
 * §3.2: one Host. Node's own refusal of a missing one has no body, and of two it takes the first. It may be empty, but
 * in a whole URL nothing stands for it (RFC 9110 §4.2.1).
 */
const isAddressed = (raw: IncomingMessage, url: string): boolean => {
  const authority = authorityOf(url)
  return (
    (raw.httpVersion === '1.0' || timesSent(raw, 'host') === 1) &&
    isHost(raw.headers.host ?? '') &&
    (authority === undefined || (isHost(authority) && /^[^:]/.test(authority)))
  )
}

/** §6.1: no coding that is not understood, and none in HTTP/1.0. Node only looks at whether the last is `chunked`. */
const isFramed = ({ httpVersion, headers }: IncomingMessage): boolean => {
  const coding = headers['transfer-encoding']?.toLowerCase()
  if (httpVersion !== '1.1') return httpVersion === '1.0' && coding === undefined
  return coding === undefined || coding === 'chunked'
}

/**
 * No line is lost: Node 20.19 keeps `If-Match :` under a name with a blank (§5.1), and of two types the first, where
 * others in front of us may have taken the second.
 */
const hasWholeLines = (raw: IncomingMessage): boolean =>
  raw.rawHeaders.length <= 2 * HEADER_LINES_MAX &&
  raw.rawHeaders.every((text, at) => at % 2 === 1 || TOKEN.test(text)) &&
  timesSent(raw, 'content-type') <= 1

const isHost = (text: string): boolean => {
  const parts = HOST.exec(text)
  return parts !== null && (parts[1] === undefined || isIPv6(parts[1]))
}
