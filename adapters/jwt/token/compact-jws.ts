import { refused } from './refusal.ts'

/** Real tokens are shorter, and most proxies refuse a header of this size. */
const TOKEN_BYTES_MAX = 8 * 1024

// Node's decoder skips invalid characters. Encoding the result again shows whether the part was canonical
// (RFC 8725bis, RFC 4648 §3.5).
const isCanonical = (part: string): boolean =>
  part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part

/**
 * The decoded header of a token in JWS Compact Serialization: three parts, none empty, each in canonical
 * unpadded base64url (RFC 7515 §3.1, §2).
 *
 * @throws Fault `token_malformed`
 */
export const jwsHeader = (token: string): Uint8Array => {
  const parts = token.length <= TOKEN_BYTES_MAX ? token.split('.', 4) : []
  if (parts.length !== 3 || !parts.every(isCanonical)) throw refused('malformed', 'token_malformed')
  return Buffer.from(parts[0] as string, 'base64url')
}
