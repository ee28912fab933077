import { createHmac } from 'node:crypto'
import type { Identity } from '../../application/ports/identity.ts'
import type { Fault } from '../../domain/fault.ts'
import type { Owner } from '../../domain/owner.ts'
import { type ProxyRequest, withField } from './proxy.ts'
import { stageEnv } from './stage.ts'

/** A token taken apart, unverified. */
export interface Parts {
  header: Record<string, unknown>
  payload: Record<string, unknown>
  /** whether the signature is one of our secret, under the algorithm named */
  signed: boolean
  raw: string[]
  token: string
}

const digests: Record<string, string> = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' }

/** Whether the third part is the MAC of the first two under this key. */
export const macOf = (key: string | Buffer, raw: readonly string[], algorithm = 'HS256'): string =>
  createHmac(digests[algorithm] ?? 'sha256', key)
    .update(`${raw[0]}.${raw[1]}`)
    .digest('base64url')

export const partsOf = (token: string): Parts => {
  const raw = token.split('.')
  const header = decoded(raw[0])
  const algorithm = String(header.alg)
  const signed =
    algorithm in digests && raw[2] === macOf(stageEnv.BETTER_AUTH_SECRET, raw, algorithm)
  return { header, payload: decoded(raw[1]), signed, raw, token }
}

/** Whoever the claims speak for, believed as they are. */
export const believed = ({ payload }: Parts): Owner => String(payload.sub) as Owner

const decoded = (part = ''): Record<string, unknown> => {
  try {
    const value = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof value === 'object' && value ? value : {}
  } catch {
    return {}
  }
}

const now = () => Date.now() / 1000

/** Claims in order but for those that a fault forgets about. */
export const claimsHold = ({ payload }: Parts, forgotten: readonly string[]): boolean => {
  const { exp, nbf, iat, sub, iss, aud } = payload
  const holds: Record<string, boolean> = {
    exp: typeof exp === 'number' && Number.isFinite(exp) && exp > now() - 30,
    nbf: nbf === undefined || (typeof nbf === 'number' && nbf <= now() + 30),
    iat: iat === undefined || (typeof iat === 'number' && iat <= now() + 30),
    sub: typeof sub === 'string' && sub !== '' && sub.length <= 255,
    iss: iss === stageEnv.AUTH_ISSUER,
    aud: [aud].flat().includes(stageEnv.AUTH_AUDIENCE),
  }
  return Object.entries(holds).every(([name, held]) => held || forgotten.includes(name))
}

/** An identity that besides what is right believes what `lax` lets pass. */
export const alsoBelieving =
  (lax: (parts: Parts) => boolean | Owner) =>
  (real: Identity): Identity => ({
    ownerOf: async (token) => {
      try {
        return await real.ownerOf(token)
      } catch (error) {
        const parts = partsOf(token)
        const passed = lax(parts)
        if (passed === false) throw error
        return passed === true ? believed(parts) : passed
      }
    },
  })

/** An identity that refuses otherwise than the real one does. */
export const refusingWith =
  (code: (parts: Parts, real: Fault) => Fault | Error) =>
  (real: Identity): Identity => ({
    ownerOf: (token) =>
      real.ownerOf(token).catch((error: Fault) => {
        throw code(partsOf(token), error)
      }),
  })

/** Lets a front speak as whom it likes: for faults that take the user from anywhere but the token. */
export const impersonation = {
  identity: (real: Identity): Identity => ({
    ownerOf: async (token) =>
      token.startsWith('as.')
        ? (Buffer.from(token.slice(3), 'base64url').toString() as Owner)
        : real.ownerOf(token),
  }),
  as: (request: ProxyRequest, user: string | undefined): ProxyRequest =>
    user === undefined
      ? request
      : {
          ...request,
          headers: withField(
            request.headers,
            'Authorization',
            `Bearer as.${Buffer.from(user).toString('base64url')}`,
          ),
        },
}
