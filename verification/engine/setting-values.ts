import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Signer, sharedSecretSigner } from '../tokens/signer.ts'
import { parseVectorPack, type VectorPack } from '../tokens/vector-pack.ts'
import { readUser } from './users.ts'

/** How much of the suite can run: without users, with two, with the means to make tokens go wrong. */
export const levels = ['public', 'users', 'keys'] as const
export type Level = (typeof levels)[number]

export type Env = Readonly<Record<string, string | undefined>>
/** A variable without the white space around it; undefined where nothing is left. */
export type Get = (name: string) => string | undefined

/** A suite that trusts every certificate proves nothing about the one that answers. */
export const trusting = (value: string | undefined): void => {
  if (value === '0') throw new Error('must not be 0: certificates are checked here, so unset it')
}

export const absolute = (text: string | undefined): URL => {
  if (!text || !URL.canParse(text))
    throw new Error('must be an absolute URL such as https://api.example.com')
  return new URL(text)
}

/** Names and addresses of this machine itself. */
export const isLoopback = (hostname: string): boolean =>
  /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)

export const targetOf = (text: string | undefined): URL => {
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

export const originsOf = (text: string | undefined): string[] => {
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

export const levelOf = (text = 'keys'): Level => {
  const level = levels.find((it) => it === text)
  if (!level) throw new Error(`must be one of ${levels.join(', ')}`)
  return level
}

const SEED_MAX = 2 ** 31 - 1

export const seedOf = (text: string | undefined): number => {
  if (text === undefined) return randomInt(SEED_MAX)
  if (!/^\d{1,10}$/.test(text) || Number(text) > SEED_MAX)
    throw new Error(`must be a whole number up to ${SEED_MAX}, as a report tells it`)
  return Number(text)
}

const PATIENCE_MAX = 20

export const patienceOf = (text = '1'): number => {
  const times = /^\d{1,2}$/.test(text) ? Number(text) : 0
  if (times < 1 || times > PATIENCE_MAX)
    throw new Error(`must be a whole number from 1 to ${PATIENCE_MAX}: how many times longer`)
  return times
}

export const packOf = (file: string | undefined): VectorPack | undefined =>
  file === undefined ? undefined : parseVectorPack(textOf(file))

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new Error('names no file that can be read: make one with `npm run mint-vectors`')
  }
}

export const signerOf = (env: Env, get: Get): Signer | undefined => {
  const [one, two] = [get('BETTER_AUTH_SECRET'), get('JWT_SECRET')]
  if (one && two && one !== two) throw new Error('and JWT_SECRET differ: give one of them')
  const secret = one ?? two
  return secret === undefined ? undefined : sharedSecretSigner(secret, env)
}

export const usersOf = (get: Get, pack: VectorPack | undefined) => {
  const tokens = [get('TOKEN_A') ?? pack?.users.a, get('TOKEN_B') ?? pack?.users.b]
  const [a, b] = tokens.map((token, index) => readUser(index === 0 ? 'A' : 'B', token))
  if (!a || !b) {
    const missing = a ? 'TOKEN_B is' : b ? 'TOKEN_A is' : 'both are'
    throw new Error(
      `are needed together and ${missing} missing: give both, or BETTER_AUTH_SECRET, or VECTORS from \`npm run mint-vectors\`, or set VERIFY_LEVEL=public`,
    )
  }
  if (a.subject === b.subject) throw new Error('speak for the same user: isolation needs two')
  return { a, b }
}

/** @throws Error that completes "WAIVE …" */
export const waivedOf = (text: string | undefined, ids: readonly string[] | undefined) => {
  const waived = text?.split(/[\s,]+/) ?? []
  const unknown = waived.filter((id) => ids && !ids.includes(id))
  if (unknown.length > 0)
    throw new Error(`names ${unknown.join(', ')}, which is no check: ids are such as ${ids?.[0]}`)
  return new Set(waived)
}
