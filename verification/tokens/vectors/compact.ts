import { createHmac } from 'node:crypto'

/** JSON text, bytes, or a value to be written as JSON. */
export type Part = string | Uint8Array | object

/** Signs the input of a signature, whatever that is: most of what is signed here no library would sign. */
export type Sign = (input: string) => Uint8Array

export const encoded = (part: Part): string => {
  const raw = typeof part === 'string' || part instanceof Uint8Array
  return Buffer.from(raw ? part : JSON.stringify(part)).toString('base64url')
}

/** A token of exactly these parts in JWS Compact Serialization (RFC 7515 §3.1). */
export const compact = (header: Part, payload: Part, sign: Sign): string => {
  const input = `${encoded(header)}.${encoded(payload)}`
  return `${input}.${encoded(sign(input))}`
}

export const hmac =
  (secret: string | Uint8Array, hash = 'sha256'): Sign =>
  (input) =>
    createHmac(hash, secret).update(input).digest()
