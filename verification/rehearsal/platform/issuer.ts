import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { ed25519Key } from '../../../adapters/jwt/fixtures.ts'
import type { Authority } from './certificates.ts'

const PATH = '/api/auth/jwks'
const HOUR_S = 3_600

export type Key = ReturnType<typeof ed25519Key>

/** An auth server as far as the API knows one: a key set over TLS, and tokens that it signed. */
export interface Issuer {
  url: string
  origin: string
  /** what it signs with */
  readonly key: Key
  /** how often its keys were asked for */
  readonly asked: number
  /** A token for this user, by another key than its own where one is given. */
  tokenFor(subject: string, key?: Key): string
  /** Hangs up on everybody until told otherwise. */
  setOut(out: boolean): void
  /** Shows another key beside those that it has. */
  publish(key: Key): void
  /** Signs with this key from now on. */
  sign(key: Key): void
  close(): Promise<void>
}

export const issuer = async (ca: Authority, host: string): Promise<Issuer> => {
  const identity = ca.issue([host])
  let current = ed25519Key()
  const keys = [current]
  let out = false
  let asked = 0
  const server = createServer(
    { cert: identity.certificate, key: identity.key },
    (request, response) => {
      if (request.url === PATH) asked += 1
      if (out) return void request.socket.destroy()
      response.setHeader('Content-Type', 'application/json')
      response.statusCode = request.url === PATH ? 200 : 404
      response.end(JSON.stringify({ keys: keys.map(({ publicJwk }) => publicJwk) }))
    },
  )
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const origin = `https://${host}:${(server.address() as AddressInfo).port}`
  return {
    url: origin + PATH,
    origin,
    get key() {
      return current
    },
    get asked() {
      return asked
    },
    tokenFor: (sub, key = current) => {
      const iat = Math.trunc(Date.now() / 1_000)
      return key.issue({ sub, iss: origin, aud: origin, iat, exp: iat + HOUR_S })
    },
    setOut: (value) => {
      out = value
      if (out) server.closeAllConnections()
    },
    publish: (key) => void keys.push(key),
    sign: (key) => {
      current = key
    },
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
