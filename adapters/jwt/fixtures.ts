import { createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** JSON text, bytes, or a value to be written as JSON. */
export type Part = string | Uint8Array | object

/** Signs a JWS signing input. By hand, because libraries refuse to make most of the tokens that tests need. */
export type Signer = (input: string) => Uint8Array

const encode = (part: Part): string => {
  const isRaw = typeof part === 'string' || part instanceof Uint8Array
  return Buffer.from((isRaw ? part : JSON.stringify(part)) as string).toString('base64url')
}

/** A token of these parts, checked by nothing. */
export const forge = (header: Part, payload: Part, signer: Signer): string => {
  const input = `${encode(header)}.${encode(payload)}`
  return `${input}.${Buffer.from(signer(input)).toString('base64url')}`
}

export const hmac =
  (secret: string | Uint8Array, hash = 'sha256'): Signer =>
  (input) =>
    createHmac(hash, secret).update(input).digest()

/** A key pair of an auth server, which would publish `publicJwk` and must not publish `privateJwk`. */
export const ed25519Key = (kid: string = randomUUID()) => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return {
    kid,
    publicKey,
    publicJwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'EdDSA' },
    privateJwk: { ...privateKey.export({ format: 'jwk' }), kid, alg: 'EdDSA' },
    issue: (claims: Part, header: object = {}) =>
      forge({ alg: 'EdDSA', kid, ...header }, claims, eddsa(privateKey)),
  }
}

const eddsa =
  (key: KeyObject): Signer =>
  (input) =>
    sign(null, Buffer.from(input), key)

/** An HTTP server whose listener can be replaced at any time, and which counts its requests. */
export const httpServer = async (listener: RequestListener) => {
  const server = createServer((request, response) => {
    it.requests += 1
    it.listener(request, response)
  })
  const it = {
    listener,
    requests: 0,
    origin: '',
    async close(): Promise<void> {
      if (!server.listening) return
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
    /** Opens a closed server again at the same address. */
    async open(port = Number(new URL(it.origin).port)): Promise<void> {
      await once(server.listen(port, '127.0.0.1'), 'listening')
    },
  }
  await it.open(0)
  it.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return it
}
