import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'

const JWKS_PATH = '/api/auth/jwks'
const LIFETIME = '2h'

/** A token of this user as an auth server makes it that shares a secret with the service. */
export const sharedSecretToken = (
  secret: string,
  subject: string,
  claims: JWTPayload = {},
): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime(LIFETIME)
    .sign(new TextEncoder().encode(secret))

/** A key pair of an auth server, made by `signingKey`. */
export type SigningKey = Awaited<ReturnType<typeof signingKey>>

export const signingKey = async () => {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true })
  const kid = randomUUID()
  const publicJwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: 'EdDSA' }
  return { kid, publicJwk, privateKey }
}

/** An auth server as far as the service knows one: a key set, and tokens that it signed. */
export interface Issuer {
  /** where its public keys are */
  readonly url: string
  readonly origin: string
  /** what it signs with */
  readonly key: SigningKey
  /** how often its keys were asked for */
  readonly requests: number
  /** A token of this user, signed by another key than its own where one is given. */
  tokenFor(subject: string, key?: SigningKey): Promise<string>
  /** Hangs up on everybody until told otherwise. */
  setOut(out: boolean): void
  /** Shows another key beside those that it has. */
  publish(key: SigningKey): void
  /** Signs with this key from now on. */
  signWith(key: SigningKey): void
  close(): Promise<void>
}

export interface IssuerOptions {
  /** the name in its URL; it listens on 127.0.0.1 in any case */
  host?: string
  /** makes it https */
  tls?: { cert: string; key: string }
}

export const issuer = async ({ host = '127.0.0.1', tls }: IssuerOptions = {}): Promise<Issuer> => {
  let current = await signingKey()
  const keys = [current]
  let out = false
  let requests = 0
  const server = tls ? createTlsServer(tls) : createServer()
  server.on('request', ({ url, socket }, response) => {
    if (url === JWKS_PATH) requests += 1
    if (out) return void socket.destroy()
    response.setHeader('Content-Type', 'application/json')
    response.statusCode = url === JWKS_PATH ? 200 : 404
    response.end(JSON.stringify({ keys: keys.map(({ publicJwk }) => publicJwk) }))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const origin = `${tls ? 'https' : 'http'}://${host}:${port}`
  return {
    url: origin + JWKS_PATH,
    origin,
    get key() {
      return current
    },
    get requests() {
      return requests
    },
    tokenFor: (subject, { kid, privateKey } = current) =>
      new SignJWT()
        .setProtectedHeader({ alg: 'EdDSA', kid })
        .setSubject(subject)
        .setIssuer(origin)
        .setAudience(origin)
        .setIssuedAt()
        .setExpirationTime(LIFETIME)
        .sign(privateKey),
    setOut: (value) => {
      out = value
      if (out) server.closeAllConnections()
    },
    publish: (key) => void keys.push(key),
    signWith: (key) => {
      current = key
    },
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
