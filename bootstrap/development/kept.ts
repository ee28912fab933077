import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const DAY_MS = 86_400_000
export const TOKEN_LIFETIME_MS = 7 * DAY_MS

/** What a machine keeps between runs so that yesterday's tokens are good today. */
export interface Kept {
  secret: string
  /** The same secret, claims and times make the same HS256 token: so this is all that is kept of the tokens. */
  tokensExpire: Date
}

export const newExpiry = (): Date => new Date(Date.now() + TOKEN_LIFETIME_MS)

/**
 * Reads what is kept in this folder; what is missing, or expires within a day, is made anew. So are tokens from a time
 * that has not come yet, since the clock was set back meanwhile: nobody accepts them.
 */
export const keptIn = (directory: string): Kept => {
  const keep = (name: string, isGood: (text: string) => boolean, make: () => string): string => {
    const file = join(directory, name)
    const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
    if (isGood(text)) return text
    const made = make()
    writeFileSync(file, made, { mode: 0o600 })
    return made
  }
  const isLong = (text: string) => {
    const leftMs = Date.parse(text) - Date.now()
    return leftMs > DAY_MS && leftMs <= TOKEN_LIFETIME_MS
  }
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const secret = keep('secret', Boolean, () => randomBytes(48).toString('base64url'))
    const expire = keep('tokens-expire', isLong, () => newExpiry().toISOString())
    return { secret, tokensExpire: new Date(expire) }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Error(
      `The secret of this machine cannot be kept in ${directory} (${code}). ` +
        'Give this user a directory of its own there, or set BETTER_AUTH_SECRET and DATABASE_URL.',
    )
  }
}
