/** One of the two people that the suite speaks for. */
export interface User {
  name: 'A' | 'B'
  token: string
  /** the `sub` of the token, which must come back as `user_id` */
  subject: string
}

/** RFC 7515 §7.1: what stands after `Bearer`, without quotes. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/

/** A user from a token, undefined where there is none. @throws Error that completes "TOKEN_A and TOKEN_B …" */
export const readUser = (name: User['name'], token: string | undefined): User | undefined => {
  if (token === undefined) return undefined
  const { sub, exp } = claimsIn(token)
  if (!COMPACT.test(token) || typeof sub !== 'string' || sub === '')
    throw new Error(`must be JWTs with a sub, and nothing around them: ${name} is not`)
  if (typeof exp === 'number' && exp * 1000 < Date.now() + 60_000)
    throw new Error(`must be valid for another minute at least: ${name} has expired or is about to`)
  return { name, token, subject: sub }
}

/** By our clock. */
export const hasExpired = ({ token }: User): boolean => {
  const { exp } = claimsIn(token)
  return typeof exp === 'number' && exp * 1000 < Date.now()
}

/** What a token says, unverified: whether it is true is for the target to judge. */
export const claimsIn = (token: string): Record<string, unknown> => {
  try {
    const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    return typeof payload === 'object' && payload ? payload : {}
  } catch {
    return {}
  }
}
