import type { VectorPack } from './vector-pack.ts'
import { privateJwkKey, type SigningKey, sharedSecretKey } from './vectors/keys.ts'
import { claimsFor, issue, mintingOf, newSubject } from './vectors/minting.ts'
import { neighbourhoodsOf } from './vectors/neighbours.ts'
import { inCommon, powersOver } from './vectors/powers.ts'
import { vectorsOf } from './vectors/vectors.ts'

/** Makes tokens, right ones and wrong ones, where the key is at hand. */
export interface Signer {
  mint(): Promise<VectorPack>
}

/** `AUTH_ISSUER` and `AUTH_AUDIENCE` say what the target insists on; of a list the first is used. */
type Env = Readonly<Record<string, string | undefined>>

/** For targets with a shared secret (HS256). @throws Error that completes "BETTER_AUTH_SECRET …" */
export const sharedSecretSigner = (secret: string, env: Env): Signer =>
  signer(sharedSecretKey(secret), env)

/** For targets that know a key set. @throws Error that completes "AUTH_PRIVATE_JWK …" */
export const privateJwkSigner = (jwk: string, env: Env): Signer => signer(privateJwkKey(jwk), env)

const signer = (key: SigningKey, env: Env): Signer => ({
  mint: async () => {
    const minting = mintingOf(key, env)
    const { a, b } = minting.subjects
    const common = inCommon(newSubject('common'))
    return {
      // Alike in all but the subject: a cache keyed by anything less would mix the two up.
      users: {
        a: issue(minting, claimsFor(minting, a, common)),
        b: issue(minting, claimsFor(minting, b, common)),
        powerful: issue(minting, claimsFor(minting, a, powersOver(b))),
        renewed: issue(minting, claimsFor(minting, a, { iat: minting.now - 1 })),
      },
      vectors: vectorsOf(minting),
      neighbourhoods: neighbourhoodsOf(minting),
    }
  },
})
