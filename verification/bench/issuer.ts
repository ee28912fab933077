import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

export const SECRET = 'hV8nqT2xw5Zr0cJk7LmPs3YdUb9GfAeQiRoXt4W1'
/** Whose tasks are read and changed; their number decides what a list costs. */
export const OWNER = 'bench'

export interface Issuer {
  /** where the public key is served */
  url: string
  /** headers with a token signed by the shared secret */
  shared: Record<string, string>
  /** headers with a token signed by the key that is served */
  published: Record<string, string>
  close(): void
}

/** Stands for the auth server in both modes. */
export const startIssuer = async (): Promise<Issuer> => {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true })
  const kid = 'bench'
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'EdDSA' }] })
  const server = createServer((_request, response) => response.end(keys)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const token = () => new SignJWT().setSubject(OWNER).setIssuedAt().setExpirationTime('2h')
  const bearer = (text: string) => ({ authorization: `Bearer ${text}` })
  const shared = token().setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(SECRET))
  const published = token()
    .setIssuer(origin)
    .setAudience(origin)
    .setProtectedHeader({ alg: 'EdDSA', kid })
    .sign(privateKey)
  return {
    url: `${origin}/api/auth/jwks`,
    shared: bearer(await shared),
    published: bearer(await published),
    close: () => void server.close(),
  }
}
