import { MigrationError, migrate, readMigrations } from '../adapters/postgres/migrations/migrate.ts'
import { connectionTarget } from '../adapters/postgres/pool/connection-url.ts'
import { ConfigError, migrationConfigOf } from './config/config.ts'
import { createLogger } from './logger.ts'
import { endOnUncaught, logWarnings } from './process.ts'

/** The same place from the sources and from the build, which lies beside them. */
const migrations = new URL('../adapters/postgres/migrations/', import.meta.url)

const logger = createLogger('info')
endOnUncaught(logger)
logWarnings(logger)

try {
  const { environment, database } = migrationConfigOf(process.env)
  const { url, ...ca } = database
  const target = connectionTarget(url, { production: environment === 'production', ...ca })
  const applied = await migrate(target, await readMigrations(migrations))
  logger.info({ applied }, 'the database is up to date')
} catch (error) {
  if (error instanceof ConfigError) for (const problem of error.problems) logger.fatal(problem)
  else if (error instanceof MigrationError) logger.fatal(error.message)
  else logger.fatal({ err: error }, 'the migration failed')
  process.exit(1)
}
