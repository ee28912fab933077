import { type AuthConfig, authConfigOf } from './auth-config.ts'
import { type Env, refuse } from './config-error.ts'
import { type DatabaseConfig, databaseConfigOf, migrationDatabaseOf } from './database-config.ts'
import { environmentProblems, type HttpConfig, httpConfigOf } from './http-config.ts'
import { schema, type VariableName } from './schema.ts'
import { type Problem, readVariables } from './variables.ts'

export { ConfigError, type Env } from './config-error.ts'

export type Environment = 'production' | 'development' | 'test'

/** Everything that the outside decides about the service, checked and frozen. Holds secrets. */
export interface Config {
  readonly environment: Environment
  readonly http: HttpConfig
  readonly database: DatabaseConfig
  readonly auth: AuthConfig
  readonly logLevel: string
  readonly shutdownTimeoutMs: number
  /** what is harmless and yet most likely meant otherwise, a line each */
  readonly warnings: readonly string[]
}

/** What `migrate` needs; it runs where no port, secret or origin is given. */
export interface MigrationConfig {
  readonly environment: Environment
  readonly database: { readonly url: string; readonly ca?: string }
  readonly logLevel: string
}

/** @throws ConfigError */
export const configOf = (env: Env): Config => {
  const reading = readVariables(env)
  const { values } = reading
  const production = values.APP_ENV === 'production'
  const http = httpConfigOf(values, production)
  const database = databaseConfigOf(values, production)
  const auth = authConfigOf(values, production)
  const misplaced = environmentProblems(values)
  const parts = [misplaced, http, database, auth]
  const names = Object.keys(schema) as VariableName[]
  const warnings = refuse(env, reading, parts.filter(isRefused).flat(), names)
  return frozen({
    environment: values.APP_ENV as Environment,
    http: http as HttpConfig,
    database: database as DatabaseConfig,
    auth: auth as AuthConfig,
    logLevel: values.LOG_LEVEL,
    shutdownTimeoutMs: values.SHUTDOWN_TIMEOUT_MS,
    warnings,
  })
}

const forMigration: readonly VariableName[] = [
  'APP_ENV',
  'DATABASE_URL',
  'DATABASE_URL_UNPOOLED',
  'DATABASE_CA',
  'LOG_LEVEL',
  'RAILWAY_ENVIRONMENT_NAME',
]

/** @throws ConfigError */
export const migrationConfigOf = (env: Env): MigrationConfig => {
  const reading = readVariables(env)
  const { values } = reading
  const database = migrationDatabaseOf(values, values.APP_ENV === 'production')
  const parts = [environmentProblems(values), database]
  refuse(env, reading, parts.filter(isRefused).flat(), forMigration)
  return frozen({
    environment: values.APP_ENV as Environment,
    database: database as MigrationConfig['database'],
    logLevel: values.LOG_LEVEL,
  })
}

const isRefused = <T>(part: T | Problem[]): part is Problem[] => Array.isArray(part)

const frozen = <T extends object>(value: T): T => {
  for (const part of Object.values(value)) if (typeof part === 'object' && part) frozen(part)
  return Object.freeze(value)
}
