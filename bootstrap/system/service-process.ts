import { randomBytes } from 'node:crypto'
import getPort from 'get-port'
import { type Program, program } from './program.ts'

/** What the services of this process share with the auth server of `sharedSecretToken`. */
export const SECRET = randomBytes(48).toString('base64url')

/** What the service has to be told. TLS has a test of its own: in production a plain database is refused. */
export const serviceEnv = (databaseUrl: string): NodeJS.ProcessEnv => ({
  APP_ENV: 'test',
  DATABASE_URL: databaseUrl,
  BETTER_AUTH_SECRET: SECRET,
  CORS_ORIGINS: 'https://app.example.com',
  // A busy machine is no fault of the service.
  EVENT_LOOP_DELAY_MAX_MS: '60000',
})

export interface ServiceProcess extends Program {
  port: number
}

export interface ServiceProcessOptions {
  /** the folder of a build */
  cwd: string
  env: NodeJS.ProcessEnv
  /** node and the build's entry unless given */
  command?: readonly string[]
}

/** Starts the service on a port of its own, without waiting for it. */
export const serviceProcess = async ({
  cwd,
  env,
  command = [process.execPath, 'dist/main.js'],
}: ServiceProcessOptions): Promise<ServiceProcess> => {
  const port = await getPort()
  return { port, ...program(command, { cwd, env: { PORT: String(port), ...env } }) }
}

/** Brings the database up to date, as a deploy does before it starts the service. @throws Error with what it said */
export const migrateDatabase = async (cwd: string, databaseUrl: string): Promise<void> => {
  const env = { APP_ENV: 'test', DATABASE_URL: databaseUrl }
  const migration = program([process.execPath, 'dist/migrate.js'], { cwd, env })
  if ((await migration.ended()) !== 0) throw new Error(migration.stdout() + migration.stderr())
}
