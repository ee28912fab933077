import { isLoopback } from '../engine/setting-values.ts'

type Env = Readonly<Record<string, string | undefined>>

const ANSWER_MS = 15_000

/** Why a test user has no token, in one line that names the variable and holds no value. */
export class SignInError extends Error {}

const names = ['TEST_USER_A', 'TEST_USER_B'] as const

/**
 * Tokens of two test users of a Better Auth server with the `jwt()` plugin, as TOKEN_A and TOKEN_B: signed in as their
 * browsers would be, so neither the signing key nor a person is needed. Empty where AUTH_URL is not given.
 *
 * @throws SignInError
 */
export const testUserTokens = async (env: Env): Promise<{ TOKEN_A?: string; TOKEN_B?: string }> => {
  const given = env.AUTH_URL?.trim()
  if (!given) return {}
  const base = authUrl(given)
  const [a, b] = names.map((name) => credentialsIn(name, env[name]))
  // One after the other: Better Auth limits how often somebody may sign in.
  const TOKEN_A = await tokenOf(base, names[0], a as Credentials)
  return { TOKEN_A, TOKEN_B: await tokenOf(base, names[1], b as Credentials) }
}

interface Credentials {
  email: string
  password: string
}

const authUrl = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isSafe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
  if (!url || !isSafe || url.username || url.search || url.hash)
    throw new SignInError(
      'AUTH_URL must be where Better Auth answers, such as https://app.example.com/api/auth',
    )
  return new URL(`${url.href.replace(/\/$/, '')}/`)
}

const credentialsIn = (name: string, value = ''): Credentials => {
  const [, email, password] = /^\s*([^\s:]+@[^\s:]+):(.+?)\s*$/.exec(value) ?? []
  if (!email || !password)
    throw new SignInError(
      `${name} is ${value === '' ? 'missing' : 'not understood'}: write e-mail address and password of a test user with a colon between`,
    )
  return { email, password }
}

const tokenOf = async (base: URL, name: string, credentials: Credentials): Promise<string> => {
  const ask = async (doing: string, path: string, init: RequestInit): Promise<Response> => {
    const signal = AbortSignal.timeout(ANSWER_MS)
    const response = await fetch(new URL(path, base), { ...init, signal, redirect: 'error' }).catch(
      () => {
        throw new SignInError(`${name} cannot ${doing}: AUTH_URL does not answer`)
      },
    )
    if (!response.ok)
      throw new SignInError(`${name} cannot ${doing}: AUTH_URL answers ${response.status}`)
    return response
  }
  const signedIn = await ask('sign in', 'sign-in/email', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: base.origin },
    body: JSON.stringify(credentials),
  })
  const cookie = signedIn.headers.getSetCookie().map((line) => line.split(';')[0])
  const issued = await ask('get a token', 'token', { headers: { Cookie: cookie.join('; ') } })
  const { token } = (await issued.json().catch(() => ({}))) as { token?: unknown }
  if (typeof token !== 'string')
    throw new SignInError(`${name} cannot get a token: Better Auth needs its jwt() plugin`)
  return token
}
