import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { SignJWT } from 'jose'
import pretty from 'pino-pretty'
import { operations } from '../adapters/http/contract/contract.ts'
import { type EmbeddedPostgres, embeddedPostgres } from '../adapters/postgres/embedded/embedded.ts'
import { migrate, readMigrations } from '../adapters/postgres/migrations/migrate.ts'
import { connectionTarget } from '../adapters/postgres/pool/connection-url.ts'
import { type Config, configOf, migrationConfigOf } from './config/config.ts'
import { container } from './container.ts'
import { createLogger } from './logger.ts'
import { stopOnSignals } from './process.ts'
import { serviceOf } from './service.ts'

const TOKEN_HOURS = 24
/** The longest that the embedded server takes to stop. */
const POSTGRES_STOP_MS = 13_000
const data = new URL('../.data/', import.meta.url)
const migrations = new URL('../adapters/postgres/migrations/', import.meta.url)

/** Each of them says how tokens are verified. */
const verifiable = ['BETTER_AUTH_SECRET', 'JWT_SECRET', 'AUTH_JWKS_URL']

/** Everything on this machine: a database, a secret, a service, and what a person needs to try it. */
const develop = async () => {
  const given = Object.fromEntries(
    Object.entries(process.env).filter(([, value]) => value?.trim() !== ''),
  )
  const { PORT = '8000' } = given
  // The documentation calls the service from its own origin. A port that is none is told of by itself.
  const own = /^\d+$/.test(PORT) ? [`http://localhost:${PORT}`] : []
  const env: NodeJS.ProcessEnv = {
    CORS_ORIGINS: ['http://localhost:3000', ...own].join(','),
    ...(verifiable.some((name) => given[name]) ? {} : { BETTER_AUTH_SECRET: ownSecret() }),
    PORT,
    ...given,
    APP_ENV: 'development',
  }
  const postgres = given.DATABASE_URL ? undefined : await ownDatabase()
  // A direct URL would be that of another database, which is not ours to migrate.
  if (postgres) Object.assign(env, { DATABASE_URL: postgres.url, DATABASE_URL_UNPOOLED: undefined })
  try {
    await serve(env, postgres)
  } catch (error) {
    await postgres?.stop()
    throw error
  }
}

const serve = async (env: NodeJS.ProcessEnv, postgres: EmbeddedPostgres | undefined) => {
  const config = configOf(env)
  const { url, ...ca } = migrationConfigOf(env).database
  await migrate(
    connectionTarget(url, { production: false, ...ca }),
    await readMigrations(migrations),
  )
  const logger = createLogger(config.logLevel, pretty({ messageKey: 'message', sync: true }))
  const service = serviceOf(container({ config, logger }))
  stopOnSignals(logger, config.shutdownTimeoutMs + POSTGRES_STOP_MS, async () => {
    await service.stop()
    await postgres?.stop()
  })
  const port = await service.start()
  if (port !== undefined) await introduce(`http://localhost:${port}`, config)
}

const ownDatabase = () => embeddedPostgres({ directory: fileURLToPath(new URL('postgres', data)) })

/** Kept between runs, so that the tokens of yesterday evening still work this morning. */
const ownSecret = (): string => {
  const file = new URL('secret', data)
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 })
    const kept = existsSync(file) ? readFileSync(file, 'utf8') : ''
    if (kept !== '') return kept
    const made = randomBytes(48).toString('base64url')
    writeFileSync(file, made, { mode: 0o600 })
    return made
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Error(
      `The secret of this machine cannot be kept in ${fileURLToPath(data)} (${code}). ` +
        'Give this user a directory of its own there, or set BETTER_AUTH_SECRET and DATABASE_URL.',
    )
  }
}

/** What a person can paste. */
const introduce = async (url: string, { auth, http }: Config) => {
  const say = (text: string) => process.stdout.write(`${text}\n`)
  say(`\n  Tasks API   ${url}`)
  if (http.docs) say(`  Docs        ${url}${operations.docs.path}`)
  if (auth.mode === 'jwks') return say('\n  Tokens come from the server of AUTH_JWKS_URL.\n')
  const expires = new Date(Date.now() + TOKEN_HOURS * 3_600_000)
  const ada = await tokenFor('ada', auth, expires)
  const tasks = `${url}${operations.listTasks.path} -H 'Authorization: Bearer ${ada}'`
  // Not --json: curl knows it since 7.82 only.
  const body = `-H 'Content-Type: application/json' -d '{"title":"Try it out"}'`
  say(`\n  Tokens until ${expires.toISOString()}\n`)
  say(`  ada  ${ada}\n\n  bob  ${await tokenFor('bob', auth, expires)}\n`)
  say(`  curl -s ${url}${operations.health.path}\n`)
  say(`  curl -s ${tasks} ${body}\n`)
  say(`  curl -s ${tasks}\n`)
}

type SharedSecret = Extract<Config['auth'], { mode: 'shared-secret' }>

const tokenFor = (owner: string, { secret, issuers, audiences }: SharedSecret, expires: Date) => {
  const token = new SignJWT().setProtectedHeader({ alg: 'HS256' }).setSubject(owner)
  if (issuers?.[0]) token.setIssuer(issuers[0])
  if (audiences?.[0]) token.setAudience(audiences[0])
  return token.setIssuedAt().setExpirationTime(expires).sign(new TextEncoder().encode(secret))
}

try {
  await develop()
} catch (error) {
  const said = error instanceof Error ? error.message : ''
  process.stderr.write(`${said || 'The start failed.'}\n`)
  process.exit(1)
}
