import type { Identity } from '../../../application/ports/identity.ts'
import { field, type ProxyRequest, withHeader } from '../../../bootstrap/system/http-messages.ts'
import { Fault } from '../../../domain/fault.ts'
import type { Owner } from '../../../domain/owner.ts'
import { onRequest } from './proxy.ts'
import { claimsHold, type DecodedToken, decodeToken } from './token.ts'

/** Whoever the claims name, unverified. */
export const subject = ({ payload }: DecodedToken): Owner => String(payload.sub) as Owner

/** Replaces the method that tells the owner of a token. */
export const replacingOwnerOf = (replace: (real: Identity) => Identity['ownerOf']) => ({
  identity: (real: Identity): Identity => ({ ownerOf: replace(real) }),
})

/** An identity that accepts, besides what is right, what `lax` lets pass. */
export const accepting = (lax: (token: DecodedToken) => boolean) =>
  replacingOwnerOf((real) => async (token) => {
    try {
      return await real.ownerOf(token)
    } catch (error) {
      const decoded = decodeToken(token)
      if (lax(decoded)) return subject(decoded)
      throw error
    }
  })

/** Accepts rightly signed tokens whose claims hold but for some. */
export const acceptingSigned = (lax: (token: DecodedToken) => boolean, ...ignored: string[]) =>
  accepting((token) => token.signed && lax(token) && claimsHold(token, ignored))

/** Ignores some claims of a token that is otherwise right. */
export const ignoringClaims = (...ignored: string[]) =>
  acceptingSigned(({ header }) => header.alg === 'HS256' && !('crit' in header), ...ignored)

/** Accepts rightly signed tokens of which one claim is wrong in this way. */
export const acceptingClaim = (claim: string, lax: (value: unknown) => boolean) =>
  acceptingSigned(({ payload }) => lax(payload[claim]), claim)

/** Refuses good tokens that are somehow unusual. */
export const refusing = (isOdd: (token: DecodedToken) => boolean) =>
  replacingOwnerOf((real) => async (token) => {
    const owner = await real.ownerOf(token)
    if (isOdd(decodeToken(token))) throw new Fault('token_invalid')
    return owner
  })

/** An identity that refuses with another error than the real one. */
export const refusingWith = (errorOf: (token: DecodedToken, real: Fault) => Error) =>
  replacingOwnerOf(
    (real) => (token) =>
      real.ownerOf(token).catch((error: Fault) => {
        throw errorOf(decodeToken(token), error)
      }),
  )

/** Takes the user from wherever the request names one, not from its token. */
export const userNamedBy = (find: (request: ProxyRequest) => string | null | undefined) => ({
  ...replacingOwnerOf(
    (real) => async (token) =>
      token.startsWith('as.')
        ? (Buffer.from(token.slice(3), 'base64url').toString() as Owner)
        : real.ownerOf(token),
  ),
  ...onRequest((request) => {
    const user = find(request)
    if (user === undefined || user === null) return request
    const token = `as.${Buffer.from(user).toString('base64url')}`
    return withHeader(request, 'Authorization', `Bearer ${token}`)
  }),
})

/** Turns whatever else carries a token into the header that counts. */
export const tokenFrom = (find: (request: ProxyRequest) => string | undefined) =>
  onRequest((request) => {
    const token = field(request.headers, 'authorization') ? undefined : find(request)
    return token ? withHeader(request, 'Authorization', `Bearer ${token}`) : request
  })

/** Remembers whom a token spoke for, under a key that says too little about the token. */
export const caching = (
  keyOf: (token: DecodedToken) => string,
  hit?: (token: DecodedToken) => Owner,
) =>
  replacingOwnerOf((real) => {
    const known = new Map<string, Owner>()
    return async (token) => {
      const decoded = decodeToken(token)
      const key = keyOf(decoded)
      const kept = known.get(key)
      if (kept) return hit?.(decoded) ?? kept
      const owner = await real.ownerOf(token)
      known.set(key, owner)
      return owner
    }
  })
