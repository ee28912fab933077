import { secretWeakness } from '../../adapters/jwt/secret-strength.ts'
import { isLoopbackHost } from '../../adapters/postgres/pool/hosts.ts'
import { type PreviousSecret, previousSecretOf } from './previous-secret.ts'
import type { Problem, Values } from './variables.ts'

/** How tokens are verified: never both ways at once (RFC 8725 §3.1). */
export type AuthConfig =
  | {
      readonly mode: 'shared-secret'
      readonly secret: string
      readonly previous?: PreviousSecret
      readonly issuers?: readonly string[]
      readonly audiences?: readonly string[]
    }
  | {
      readonly mode: 'jwks'
      readonly url: string
      readonly issuers: readonly string[]
      readonly audiences: readonly string[]
    }

export const REMEDY = 'set a new one, for example from `openssl rand -base64 48`'

/** The one mode that the variables choose, or what keeps them from choosing. */
export const authConfigOf = (values: Values, production: boolean): AuthConfig | Problem[] => {
  const { BETTER_AUTH_SECRET, JWT_SECRET, AUTH_JWKS_URL, AUTH_ISSUER, AUTH_AUDIENCE } = values
  const secret = BETTER_AUTH_SECRET ?? JWT_SECRET
  const problems: Problem[] = []
  for (const name of ['BETTER_AUTH_SECRET', 'JWT_SECRET'] as const) {
    const weakness = values[name] === null ? undefined : secretWeakness(values[name])
    if (weakness !== undefined) problems.push({ name, text: `${weakness}: ${REMEDY}` })
  }
  if (JWT_SECRET !== null && secret !== JWT_SECRET) {
    problems.push({
      name: 'JWT_SECRET',
      text: 'differs from BETTER_AUTH_SECRET: remove one of them',
    })
  }
  if (AUTH_JWKS_URL !== null) {
    const text = urlProblem(AUTH_JWKS_URL, production)
    if (text !== undefined) problems.push({ name: 'AUTH_JWKS_URL', text })
    if (secret !== null) {
      const other = BETTER_AUTH_SECRET === null ? 'JWT_SECRET' : 'BETTER_AUTH_SECRET'
      const clash = `is set beside ${other}: remove the one that the issuer does not sign by`
      problems.push({ name: 'AUTH_JWKS_URL', text: clash })
    }
  } else if (secret === null) {
    const text = `is missing: ${REMEDY}, or set AUTH_JWKS_URL`
    problems.push({ name: 'BETTER_AUTH_SECRET', text })
  }
  const previous = previousSecretOf(values, secret)
  if (Array.isArray(previous)) problems.push(...previous)
  if (problems.length > 0) return problems
  if (AUTH_JWKS_URL === null) {
    return {
      mode: 'shared-secret',
      secret: secret ?? '',
      ...(previous && { previous: previous as PreviousSecret }),
      ...(AUTH_ISSUER && { issuers: AUTH_ISSUER }),
      ...(AUTH_AUDIENCE && { audiences: AUTH_AUDIENCE }),
    }
  }
  // Better Auth signs with its base URL as iss and aud (better-auth.com/docs/plugins/jwt)
  const own = [new URL(AUTH_JWKS_URL).origin]
  return {
    mode: 'jwks',
    url: AUTH_JWKS_URL,
    issuers: AUTH_ISSUER ?? own,
    audiences: AUTH_AUDIENCE ?? own,
  }
}

const urlProblem = (text: string, production: boolean): string | undefined => {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    return 'is not a valid URL: write https://host/path'
  }
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return 'has user information: remove it'
  if (url.hash !== '') return 'has a fragment: remove all from the # on'
  if (url.protocol === 'https:') return undefined
  // whoever can answer in the issuer's place chooses the keys
  if (production) return 'is not https: use https:// in production'
  const loopback = isLoopbackHost(url.hostname.replace(/^\[(.*)\]$/, '$1'))
  return loopback ? undefined : 'is not https: use https://, or http:// with a loopback host'
}
