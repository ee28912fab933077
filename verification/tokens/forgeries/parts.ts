import type { ProblemCode } from '../../../adapters/http/contract/problems.ts'
import { encoded, type Part } from '../vectors/compact.ts'

/** A token, or a whole header value, that anybody can make who has seen two tokens and no key. */
export interface Forgery {
  check: string
  /** as the end of "a token …" */
  name: string
  /** the whole value of Authorization */
  authorization: string
  codes: readonly ProblemCode[]
  /** one of many of its kind: not sent in every run */
  rare?: true
}

/** The parts of the two tokens, as they are and decoded. */
export interface Seen {
  a: Parts
  b: Parts
}

export interface Parts {
  token: string
  header: string
  payload: string
  signature: string
  claims: Record<string, unknown>
  fields: Record<string, unknown>
}

export const partsOf = (token: string): Parts => {
  const [header = '', payload = '', signature = ''] = token.split('.')
  return { token, header, payload, signature, claims: decoded(payload), fields: decoded(header) }
}

const decoded = (part: string): Record<string, unknown> => {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString())
  } catch {
    return {}
  }
}

/** Longer ones are none, whatever they hold (contract §1): a good token that is long makes forged ones that are longer. */
const TOKEN_BYTES_MAX = 8 * 1024

/** A well-formed token whose signature is not that of its content. */
export const invalid = (check: string, name: string, token: string): Forgery => ({
  check,
  name,
  authorization: `Bearer ${token}`,
  codes: [token.length > TOKEN_BYTES_MAX ? 'token_malformed' : 'token_invalid'],
})

/** What is not one Bearer token of three non-empty, canonical base64url parts. */
export const malformed = (check: string, name: string, token: string): Forgery => ({
  ...invalid(check, name, token),
  codes: ['token_malformed'],
})

/** Another header or payload before a signature that was made for something else. */
export const withSignature = (header: Part, payload: Part, signature: string): string =>
  `${encoded(header)}.${encoded(payload)}.${signature}`
