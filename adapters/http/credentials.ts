import type { IncomingMessage } from 'node:http'
import { Fault } from '../../domain/fault.ts'
import { Refusal } from './refusal.ts'

/**
 * The bearer token of a request (RFC 6750 §2.1, the only place we look). Two Authorization headers are
 * refused rather than chosen from: proxies and servers disagree on which of them counts.
 */
export const bearerToken = (message: IncomingMessage): string => {
  const headers = message.headersDistinct.authorization
  if (headers === undefined) throw new Refusal('token_missing')
  const token = headers.length === 1 ? /^bearer +(\S+)$/i.exec(headers[0] ?? '')?.[1] : undefined
  if (token === undefined) throw new Fault('token_malformed')
  return token
}
