import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { toNodeHandler } from 'better-auth/node'
import { jwt } from 'better-auth/plugins'

export interface AuthServer {
  origin: string
  /** how long the tokens live that are made from now on, `15m` say */
  tokenLifetime: string
  /** Forgets its signing keys, and makes another one with the next token. */
  rotate(): void
  down(): Promise<void>
  up(): Promise<void>
}

/** A real Better Auth, with e-mail and password, for the app at this origin. */
export const authServer = async (appOrigin: string): Promise<AuthServer> => {
  // The environment could override the option below.
  delete process.env.BETTER_AUTH_TELEMETRY
  const database: Record<string, object[]> = {
    ...{ user: [], session: [], account: [], verification: [], jwks: [] },
  }
  const lifetime = { expirationTime: '15m' }
  const auth = betterAuth({
    baseURL: appOrigin,
    secret: randomBytes(32).toString('hex'),
    database: memoryAdapter(database as never),
    emailAndPassword: { enabled: true },
    plugins: [jwt({ jwt: lifetime })],
    logger: { disabled: true },
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
  })
  const handler = toNodeHandler(auth)
  const listen = async (port: number) => {
    const server = createServer((request, response) => void handler(request, response))
    await once(server.listen(port, '127.0.0.1'), 'listening')
    return server
  }
  let server = await listen(0)
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    get tokenLifetime() {
      return lifetime.expirationTime
    },
    set tokenLifetime(value) {
      lifetime.expirationTime = value
    },
    rotate: () => void database.jwks?.splice(0),
    down: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
    up: async () => {
      server = await listen(port)
    },
  }
}
