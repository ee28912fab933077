import { check, mend } from '../adapters/postgres/migrations/check.ts'
import { MigrationError, migrate, readMigrations } from '../adapters/postgres/migrations/migrate.ts'
import { connectionTarget } from '../adapters/postgres/pool/connection-url.ts'
import { telemetryOf } from '../adapters/telemetry/telemetry.ts'
import { ConfigError, migrationConfigOf } from './config/config.ts'
import { createLogger } from './logger.ts'
import { endOnUncaught, logWarnings } from './process.ts'

/** The same place from the sources and from the build, which lies beside them. */
const migrations = new URL('../adapters/postgres/migrations/', import.meta.url)

const logger = createLogger('info')
endOnUncaught(logger)
logWarnings(logger)

const telemetry = await telemetryOf(process.env, logger)
const bringUpToDate = async (): Promise<void> => {
  const { environment, database } = migrationConfigOf(process.env)
  const { url, ...ca } = database
  const target = connectionTarget(url, { production: environment === 'production', ...ca })
  const files = await readMigrations(migrations)
  const [argument] = process.argv.slice(2)
  if (argument !== undefined && argument !== '--check')
    throw new MigrationError('migrate takes --check and nothing else')
  if (argument) {
    const differences = await check(target, files)
    for (const line of differences) logger.error(line)
    if (differences.length > 0) process.exitCode = 1
    else logger.info('the database is as the migrations make it')
  } else {
    const applied = await migrate(target, files, telemetry?.traced)
    const { owners, differences } = await mend(target, files)
    if (owners > 0) logger.warn({ owners }, 'totals that differed from the tasks were mended')
    for (const line of differences) logger.warn(line)
    logger.info({ applied }, 'the database is up to date')
  }
}

try {
  await (telemetry?.traced('migrate', bringUpToDate) ?? bringUpToDate())
} catch (error) {
  if (error instanceof ConfigError) for (const problem of error.problems) logger.fatal(problem)
  else if (error instanceof MigrationError) logger.fatal(error.message)
  else logger.fatal({ err: error }, 'the migration failed')
  process.exitCode = 1
}
await telemetry?.close()
process.exit()
