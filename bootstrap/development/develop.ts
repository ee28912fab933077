import { fileURLToPath } from 'node:url'
import { embeddedPostgres } from '../../adapters/postgres/embedded/embedded.ts'
import { type Kept, keptIn, newExpiry } from './kept.ts'
import { restartOnChange } from './restart-on-change.ts'

const data = fileURLToPath(new URL('../../.data/', import.meta.url))
const service = fileURLToPath(new URL('serve.ts', import.meta.url))
const migrations = fileURLToPath(new URL('../../adapters/postgres/migrations/', import.meta.url))

/** Each of them says how tokens are verified. */
const verificationVariables = ['BETTER_AUTH_SECRET', 'JWT_SECRET', 'AUTH_JWKS_URL']

/**
 * Everything on this machine: a database and a secret, which stay, and the service, which starts anew whenever a
 * source file changes. Whatever the environment says is used instead.
 */
const develop = async (): Promise<void> => {
  const given = Object.fromEntries(
    Object.entries(process.env).filter(([, value]) => value?.trim() !== ''),
  )
  const kept: Partial<Kept> = verificationVariables.some((name) => given[name]) ? {} : keptIn(data)
  const { secret, tokensExpire = newExpiry() } = kept
  const postgres = given.DATABASE_URL
    ? undefined
    : await embeddedPostgres({ directory: `${data}postgres` })
  const { PORT = '8000' } = given
  const env: NodeJS.ProcessEnv = {
    PORT,
    CORS_ORIGINS: origins(PORT),
    ...(secret && { BETTER_AUTH_SECRET: secret }),
    ...given,
    APP_ENV: 'development',
    // A direct URL would be that of another database, which is not ours to migrate.
    ...(postgres && { DATABASE_URL: postgres.url, DATABASE_URL_UNPOOLED: undefined }),
  }
  const running = restartOnChange({
    entry: service,
    args: [tokensExpire.toISOString()],
    env,
    directories: [migrations],
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, running.stop)
  const code = await running.ended.finally(() => postgres?.stop())
  process.exit(code)
}

/** The ports on which Next.js and Vite serve a frontend. */
const frontends = ['3000', '5173']

/** Frontends on their usual ports, and the documentation, which calls the service from the service's own origin. */
const origins = (port: string): string => {
  // A port that is no number is told of by the configuration.
  const ports = new Set([...frontends, ...(/^\d+$/.test(port) ? [port] : [])])
  const hosts = ['localhost', '127.0.0.1']
  return [...ports].flatMap((it) => hosts.map((host) => `http://${host}:${it}`)).join(',')
}

try {
  await develop()
} catch (error) {
  const said = error instanceof Error ? error.message : ''
  process.stderr.write(`${said || 'The start failed.'}\n`)
  process.exit(1)
}
