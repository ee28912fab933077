import type { VectorPack } from '../tokens/vector-pack.ts'
import {
  absolute,
  type Env,
  type Get,
  type Level,
  levelOf,
  originsOf,
  packOf,
  patienceOf,
  seedOf,
  signerOf,
  targetOf,
  trusting,
  usersOf,
  waivedOf,
} from './setting-values.ts'
import type { User } from './users.ts'

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
  /** what the tokens of both users come from, as variables */
  tokensFrom?: string
  /** what the target calls itself in `/health`, known once it is reached */
  environment?: string
  /** ids of checks that may stay undone */
  waived: ReadonlySet<string>
  /** what chance goes by: the same walks from the same seed */
  seed: number
  /** how many times longer than usual whatever has a limit of time may take */
  patience: number
  /** no minute to keep to: where it is asked what is found, a busy machine finds the same, only later */
  unhurried?: true
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

/** `ids` are those of the checks, which WAIVE names; without them it may name anything. @throws SettingsError */
export const settingsOf = async (env: Env, ids?: readonly string[]): Promise<Settings> => {
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
  const patience = attempt('VERIFY_PATIENCE', () => patienceOf(get('VERIFY_PATIENCE')))
  const pack = attempt('VECTORS', () => packOf(get('VECTORS')))
  const signer = attempt('BETTER_AUTH_SECRET', () => signerOf(env, get))
  const waived = attempt('WAIVE', () => waivedOf(get('WAIVE'), ids))
  // Who gave what tokens are made from, or a level that is none, is not told to give tokens as well.
  const misread = problems.some((it) => /^(VECTORS|BETTER_AUTH_SECRET|VERIFY_LEVEL) /.test(it))
  const vectors = pack ?? (await signer?.mint())
  const users =
    level === 'public' || misread
      ? undefined
      : attempt('TOKEN_A and TOKEN_B', () => usersOf(get, vectors))
  if (
    problems.length > 0 ||
    !target ||
    !origins ||
    !level ||
    !waived ||
    seed === undefined ||
    !patience
  )
    throw new SettingsError(problems)
  const expectedRelease = get('EXPECTED_RELEASE')
  return {
    target,
    origins,
    level,
    ...(users && { users, tokensFrom: sourceOf(get) }),
    ...(vectors && level === 'keys' && { vectors }),
    ...(expectedRelease && { expectedRelease }),
    ...(frontend && { frontend }),
    waived,
    seed,
    patience,
  }
}

/** Where the tokens of both users come from: those that are given come before those that are made. */
const sourceOf = (get: Get): string => {
  if (get('TOKEN_A') ?? get('TOKEN_B')) return 'TOKEN_A and TOKEN_B'
  return ['VECTORS', 'BETTER_AUTH_SECRET', 'JWT_SECRET'].find(get) ?? 'VECTORS'
}
