import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { SignJWT } from 'jose'
import pretty from 'pino-pretty'
import { connectionTarget } from '../adapters/postgres/connection-url.ts'
import { embeddedPostgres } from '../adapters/postgres/embedded/embedded.ts'
import { migrate, readMigrations } from '../adapters/postgres/migrate.ts'
import { configOf, migrationConfigOf } from './config/config.ts'
import { container } from './container.ts'
import { createLogger } from './logger.ts'
import { requireNode, stopOnSignals } from './process.ts'
import { startService } from './service.ts'

const TOKEN_HOURS = 24
const data = new URL('../.data/', import.meta.url)

/** Everything on this machine: a database, a secret, a service, and what a person needs to try it. */
const develop = async () => {
  await mkdir(data, { recursive: true, mode: 0o700 })
  const secret = process.env.BETTER_AUTH_SECRET ?? process.env.JWT_SECRET ?? (await ownSecret())
  const postgres = process.env.DATABASE_URL ? undefined : await ownDatabase()
  const port = process.env.PORT ?? '8000'
  const env: NodeJS.ProcessEnv = {
    CORS_ORIGINS: `http://localhost:3000,http://localhost:${port}`,
    ...(process.env.AUTH_JWKS_URL ? {} : { BETTER_AUTH_SECRET: secret }),
    ...(postgres && { DATABASE_URL: postgres.url }),
    PORT: port,
    ...process.env,
    APP_ENV: 'development',
  }
  const logger = createLogger(
    env.LOG_LEVEL ?? 'info',
    pretty({ messageKey: 'message', sync: true }),
  )
  try {
    const { database } = migrationConfigOf(env)
    const { url, ...ca } = database
    const migrations = await readMigrations(
      new URL('../adapters/postgres/migrations/', import.meta.url),
    )
    await migrate(connectionTarget(url, { production: false, ...ca }), migrations)
    const config = configOf(env)
    const service = await startService(container({ config, logger }))
    stopOnSignals(logger, config.shutdownTimeoutMs + 13_000, async () => {
      await service.stop()
      await postgres?.stop()
    })
    await introduce(
      `http://localhost:${service.port}`,
      config.auth.mode === 'jwks' ? undefined : secret,
    )
  } catch (error) {
    await postgres?.stop()
    throw error
  }
}

const ownDatabase = () => embeddedPostgres({ directory: fileURLToPath(new URL('postgres', data)) })

/** Kept between runs, so that the tokens of yesterday evening still work this morning. */
const ownSecret = async (): Promise<string> => {
  const file = new URL('secret', data)
  const kept = await readFile(file, 'utf8').catch(() => undefined)
  if (kept) return kept
  const made = randomBytes(48).toString('base64url')
  await writeFile(file, made, { mode: 0o600 })
  return made
}

const introduce = async (url: string, secret: string | undefined) => {
  const say = (text: string) => process.stdout.write(`${text}\n`)
  say(`\n  Tasks API   ${url}\n  Docs        ${url}/docs\n`)
  if (secret === undefined) return say('  Tokens come from the server of AUTH_JWKS_URL.\n')
  const expires = new Date(Date.now() + TOKEN_HOURS * 3_600_000)
  const [ada, bob] = await Promise.all(
    ['ada', 'bob'].map((owner) => tokenFor(owner, secret, expires)),
  )
  say(`  Tokens until ${expires.toISOString()}\n\n  ada  ${ada}\n\n  bob  ${bob}\n`)
  say(`  curl -s ${url}/health\n`)
  say(
    `  curl -s ${url}/api/v1/tasks -H 'Authorization: Bearer ${ada}' --json '{"title":"Try it out"}'\n`,
  )
  say(`  curl -s ${url}/api/v1/tasks -H 'Authorization: Bearer ${ada}'\n`)
}

const tokenFor = (owner: string, secret: string, expires: Date) =>
  new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(owner)
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(secret))

requireNode(createLogger('info'))
try {
  await develop()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'the start failed'}\n`)
  process.exit(1)
}
