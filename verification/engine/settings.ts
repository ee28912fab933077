import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Signer, sharedSecretSigner } from '../tokens/signer.ts'
import { parseVectorPack, type VectorPack } from '../tokens/vector-pack.ts'
import { readUser, type User } from './users.ts'

/** How much of the suite can run: without users, with two, with the means to make tokens go wrong. */
export const levels = ['public', 'users', 'keys'] as const
export type Level = (typeof levels)[number]

export interface Settings {
  target: URL
  /** the exact origins that the target must allow */
  origins: readonly string[]
  /** what the run is meant to cover; the rest is waived */
  level: Level
  users?: { a: User; b: User }
  /** ill-made tokens from the place where the key lives, or made here where the secret was given */
  vectors?: VectorPack
  expectedRelease?: string
  frontend?: URL
  /** ids of checks that may stay undone */
  waived: ReadonlySet<string>
  /** what chance goes by: the same walks from the same seed */
  seed: number
}

/** Everything that is wrong with the variables, at once. Holds names and remedies, never values. */
export class SettingsError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.name = 'SettingsError'
    this.problems = problems
  }
}

type Env = Readonly<Record<string, string | undefined>>

/** @throws SettingsError */
export const settingsOf = async (env: Env): Promise<Settings> => {
  const problems: string[] = []
  const attempt = <T>(name: string, read: () => T): T | undefined => {
    try {
      return read()
    } catch (error) {
      problems.push(`${name} ${error instanceof Error ? error.message : 'cannot be read'}`)
      return undefined
    }
  }
  const get = (name: string) => env[name]?.trim() || undefined

  attempt('NODE_TLS_REJECT_UNAUTHORIZED', () => trusting(get('NODE_TLS_REJECT_UNAUTHORIZED')))
  const target = attempt('TARGET_URL', () => targetOf(get('TARGET_URL')))
  const origins = attempt('ALLOWED_ORIGINS', () => originsOf(get('ALLOWED_ORIGINS')))
  const level = attempt('VERIFY_LEVEL', () => levelOf(get('VERIFY_LEVEL')))
  const frontend = attempt(
    'FRONTEND_URL',
    () => get('FRONTEND_URL') && absolute(get('FRONTEND_URL')),
  )
  const seed = attempt('VERIFY_SEED', () => seedOf(get('VERIFY_SEED')))
  const pack = attempt('VECTORS', () => packOf(get('VECTORS')))
  const signer = attempt('BETTER_AUTH_SECRET', () => signerOf(env, get))
  const minted = signer && (await signer.mint())
  const vectors = pack ?? minted
  const users =
    level === 'public' ? undefined : attempt('TOKEN_A and TOKEN_B', () => usersOf(get, vectors))
  if (problems.length > 0 || !target || !origins || !level || seed === undefined)
    throw new SettingsError(problems)
  const expectedRelease = get('EXPECTED_RELEASE')
  return {
    target,
    origins,
    level,
    ...(users && { users }),
    ...(vectors && level === 'keys' && { vectors }),
    ...(expectedRelease && { expectedRelease }),
    ...(frontend && { frontend }),
    waived: new Set(get('WAIVE')?.split(/[\s,]+/)),
    seed,
  }
}

/** A suite that trusts every certificate proves nothing about the one that answers. */
const trusting = (value: string | undefined): void => {
  if (value === '0') throw new Error('must not be 0: certificates are checked here, so unset it')
}

const absolute = (text: string | undefined): URL => {
  if (!text || !URL.canParse(text))
    throw new Error('must be an absolute URL such as https://api.example.com')
  return new URL(text)
}

/** Names and addresses of this machine itself. */
const isLoopback = (hostname: string): boolean =>
  /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)

const targetOf = (text: string | undefined): URL => {
  if (!text) throw new Error('is missing: give the URL to verify, such as https://api.example.com')
  const url = absolute(text)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname)))
    throw new Error(
      'must begin with https:// (http:// is for loopback only: tokens are sent there)',
    )
  if (url.username || url.password || url.search || url.hash || url.pathname !== '/')
    throw new Error('must be an origin alone: no path, query or user')
  return url
}

const originsOf = (text: string | undefined): string[] => {
  if (!text)
    throw new Error('is missing: name the origins that the target allows, separated by commas')
  const origins = text.split(',').map((origin) => origin.trim())
  for (const [index, origin] of origins.entries()) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      throw new Error(
        `entry ${index + 1} is no exact origin: write scheme://host, no path or trailing slash`,
      )
  }
  return origins
}

const levelOf = (text = 'keys'): Level => {
  const level = levels.find((it) => it === text)
  if (!level) throw new Error(`must be one of ${levels.join(', ')}`)
  return level
}

const SEED_MAX = 2 ** 31 - 1

const seedOf = (text: string | undefined): number => {
  if (text === undefined) return randomInt(SEED_MAX)
  if (!/^\d{1,10}$/.test(text) || Number(text) > SEED_MAX)
    throw new Error(`must be a whole number up to ${SEED_MAX}, as a report tells it`)
  return Number(text)
}

const packOf = (file: string | undefined): VectorPack | undefined =>
  file === undefined ? undefined : parseVectorPack(readFileSync(file, 'utf8'))

const signerOf = (env: Env, get: (name: string) => string | undefined): Signer | undefined => {
  const [one, two] = [get('BETTER_AUTH_SECRET'), get('JWT_SECRET')]
  if (one && two && one !== two) throw new Error('and JWT_SECRET differ: give one of them')
  const secret = one ?? two
  return secret === undefined ? undefined : sharedSecretSigner(secret, env)
}

const usersOf = (get: (name: string) => string | undefined, pack: VectorPack | undefined) => {
  const tokens = [get('TOKEN_A') ?? pack?.users.a, get('TOKEN_B') ?? pack?.users.b]
  const [a, b] = tokens.map((token, index) => readUser(index === 0 ? 'A' : 'B', token))
  if (!a || !b)
    throw new Error(
      'are missing: give both, or BETTER_AUTH_SECRET, or VECTORS from `npm run mint-vectors`, or set VERIFY_LEVEL=public',
    )
  if (a.subject === b.subject) throw new Error('speak for the same user: isolation needs two')
  return { a, b }
}
