import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exportJWK } from 'jose'
import { issuer } from '../../../bootstrap/system/issuer.ts'
import { privateJwkSigner } from '../../tokens/signer.ts'
import { serviceEnv } from '../mutated-service.ts'

type Env = Readonly<Record<string, string>>

/** One way to configure the service, and what the suite is told about it. */
export interface Target {
  name: string
  service: Env
  /** for each run anew: tokens do not live long */
  suite(): Promise<Env>
  close(): Promise<void>
}

// Each process listens on a port of its own.
const { PORT: _, ...production } = serviceEnv
const ALLOWED_ORIGINS = production.CORS_ORIGINS

/** While the secret changes, which is the longer way to a refusal. */
const rotation = {
  BETTER_AUTH_SECRET_PREVIOUS: randomBytes(48).toString('base64url'),
  BETTER_AUTH_SECRET_PREVIOUS_UNTIL: new Date(Date.now() + 24 * 3_600_000).toISOString(),
}

/** In production, with a shared secret. */
export const sharedSecretTarget = (service: Env = {}): Target => ({
  name: 'production with a shared secret',
  service: { ...production, ...rotation, ...service },
  suite: async () => ({ ...production, ALLOWED_ORIGINS }),
  close: async () => undefined,
})

const RELEASE = '0123456789abcdef0123456789abcdef01234567'

/** What production leaves out: a key set, the documentation, a release. */
export const keySetTarget = async (directory: string): Promise<Target> => {
  const { BETTER_AUTH_SECRET: _, AUTH_ISSUER: _i, AUTH_AUDIENCE: _a, ...common } = production
  const auth = await issuer()
  const { kid, privateKey } = auth.key
  const jwk = JSON.stringify({ ...(await exportJWK(privateKey)), kid, alg: 'EdDSA' })
  const parties = { AUTH_ISSUER: auth.origin, AUTH_AUDIENCE: auth.origin }
  const vectors = join(directory, 'vectors.json')
  return {
    name: 'staging with a key set',
    service: {
      ...common,
      APP_ENV: 'test',
      AUTH_JWKS_URL: auth.url,
      RAILWAY_ENVIRONMENT_NAME: 'staging',
      RAILWAY_GIT_COMMIT_SHA: RELEASE,
    },
    suite: async () => {
      writeFileSync(vectors, JSON.stringify(await privateJwkSigner(jwk, parties).mint()))
      return { VECTORS: vectors, ALLOWED_ORIGINS, EXPECTED_RELEASE: RELEASE }
    },
    close: auth.close,
  }
}
