import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { privateJwkSigner, type Signer, sharedSecretSigner } from './tokens/signer.ts'
import { isEncryptedKey, jwkOfStored, storedKeyIn } from './tokens/stored-key.ts'
import { VECTOR_LIFE_S } from './tokens/vector-pack.ts'
import { claimOf, claimVariables } from './tokens/vectors/minting.ts'

type Env = Readonly<Record<string, string | undefined>>

export const DEFAULT_FILE = '.data/vectors.json'

/**
 * The signer that the variables speak of: the key is used where it lives and goes nowhere.
 *
 * @throws Error with the names of variables, never their values
 */
export const signerFrom = async (env: Env): Promise<Signer> => {
  const get = (name: string) => env[name]?.trim() || undefined
  const [secret, alias] = [get('BETTER_AUTH_SECRET'), get('JWT_SECRET')]
  const jwk = get('AUTH_PRIVATE_JWK')
  if (secret && alias && secret !== alias)
    throw new Error('BETTER_AUTH_SECRET and JWT_SECRET differ: give one of them')
  const shared = secret ?? alias
  if (jwk) return keySetSigner(jwkText(jwk), shared, env)
  const name = secret ? 'BETTER_AUTH_SECRET' : 'JWT_SECRET'
  if (shared) return named(name, () => sharedSecretSigner(shared, env))
  throw new Error(
    'no key: give BETTER_AUTH_SECRET (or JWT_SECRET), or AUTH_PRIVATE_JWK as a private JWK or the path of one',
  )
}

/** A secret beside the key is either the one that encrypts it, or that of another mode. */
const keySetSigner = async (text: string, secret: string | undefined, env: Env) => {
  const stored = storedKeyIn(text)
  if (!stored && isEncryptedKey(text))
    throw new Error(
      'AUTH_PRIVATE_JWK is an encrypted key without its id: give the whole row of the table jwks as JSON',
    )
  if (!stored && secret)
    throw new Error(
      'give BETTER_AUTH_SECRET or AUTH_PRIVATE_JWK, not both: a target has one mode only',
    )
  const jwk = stored ? await jwkOfStored(stored, secret) : text
  const signer = named('AUTH_PRIVATE_JWK', () => privateJwkSigner(jwk, env))
  const missing = claimVariables.filter((name) => !env[name]?.trim())
  if (missing.length > 0)
    throw new Error(
      `${missing.join(' and ')} must be given: a target with a key set insists on what its auth server writes, ` +
        'which with Better Auth is its own origin. Give the word none where the target takes any',
    )
  return signer
}

/** Writes a pack that only its owner can read. Returns what to say about it: no token, no key. */
export const mintVectors = async (file: string, env: Env, now = Date.now()): Promise<string> => {
  const signer = await signerFrom(env)
  const pack = await signer.mint()
  const path = resolve(file)
  mkdirSync(dirname(path), { recursive: true })
  // An existing file would keep its mode, and a link would lead the tokens elsewhere.
  rmSync(path, { force: true })
  writeFileSync(path, JSON.stringify(pack), { mode: 0o600, flag: 'wx' })
  const until = new Date(now + VECTOR_LIFE_S * 1000).toISOString()
  return [
    `${path}: two users and ${pack.vectors.length} tokens, valid until ${until}`,
    ...claimVariables
      .filter((name) => claimOf(env, name) === undefined)
      .map((name) => `without ${name}: nothing in it shows whether the target insists on one`),
    `use it with VECTORS=${path}, then delete it`,
  ].join('\n')
}

/** The JWK itself, or what the file at this path holds. */
const jwkText = (value: string): string => {
  if (value.startsWith('{') || isEncryptedKey(value)) return value
  try {
    return readFileSync(value, 'utf8').trim()
  } catch {
    return ''
  }
}

const named = (name: string, make: () => Signer): Signer => {
  try {
    return make()
  } catch (error) {
    throw new Error(`${name} ${error instanceof Error ? error.message : 'cannot be used'}`)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const said = await mintVectors(process.argv[2] ?? DEFAULT_FILE, process.env)
    process.stdout.write(`${said}\n`)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : 'could not mint'}\n`)
    process.exitCode = 2
  }
}
