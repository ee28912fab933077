import pretty from 'pino-pretty'
import { migrate, readMigrations } from '../../adapters/postgres/migrations/migrate.ts'
import { connectionTarget } from '../../adapters/postgres/pool/connection-url.ts'
import { configOf, migrationConfigOf } from '../config/config.ts'
import { container } from '../container.ts'
import { createLogger } from '../logger.ts'
import { stopOnSignals } from '../process.ts'
import { serviceOf } from '../service.ts'
import { introduction } from './introduction.ts'

const migrations = new URL('../../adapters/postgres/migrations/', import.meta.url)
const [tokensExpire = ''] = process.argv.slice(2)

/** The service of `npm run dev`: it migrates its database, and tells how it is used. */
const serve = async (): Promise<void> => {
  // Without the process that started this one nobody would end it any more.
  process.once('disconnect', () => process.exit(1))
  if (!process.connected) process.exit(1)
  const config = configOf(process.env)
  const { url, ...ca } = migrationConfigOf(process.env).database
  await migrate(
    connectionTarget(url, { production: false, ...ca }),
    await readMigrations(migrations),
  )
  const readable = pretty({ messageKey: 'message', singleLine: true, sync: true })
  const logger = createLogger(config.logLevel, readable)
  const service = serviceOf(container({ config, logger }))
  stopOnSignals(logger, config.shutdownTimeoutMs, service.stop)
  const port = await service.start()
  if (port === undefined) return
  process.send?.('started')
  const text = await introduction(`http://localhost:${port}`, config, new Date(tokensExpire))
  process.stdout.write(text)
}

try {
  await serve()
} catch (error) {
  const said = error instanceof Error ? error.message : ''
  process.stderr.write(`${said || 'The start failed.'}\n`)
  process.exit(1)
}
