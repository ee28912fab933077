import { query } from '../../../adapters/postgres/embedded/query.ts'
import { program } from '../../../bootstrap/system/program.ts'
import {
  type ServiceProcess,
  serviceEnv,
  serviceProcess,
} from '../../../bootstrap/system/service-process.ts'
import { assertSucceeded } from '../output.ts'
import { notReplayed, type Write } from './writers.ts'

/** Requests of one owner follow each other quickly here. */
const env = (url: string) => ({ ...serviceEnv(url), RATE_LIMIT_PER_MINUTE: '1000000' })

/** Runs `node dist/migrate.js` with these arguments. @throws Error with what it said */
export const migrated = async (app: string, url: string, ...args: string[]): Promise<void> => {
  const command = [process.execPath, 'dist/migrate.js', ...args]
  const migration = program(command, {
    cwd: app,
    env: { APP_ENV: 'test', DATABASE_URL_UNPOOLED: url },
  })
  await assertSucceeded(migration, ['migrate', ...args].join(' '))
}

/** Starts the service on this database for as long as the work takes. */
export const whileServed = async <T>(
  app: string,
  url: string,
  work: (service: ServiceProcess) => Promise<T>,
): Promise<T> => {
  const service = await serviceProcess({ cwd: app, env: env(url) })
  try {
    await service.wrote('"message":"ready"')
    return await work(service)
  } finally {
    await service.kill()
  }
}

/**
 * Asks a restored database for everything that was acknowledged before the dump.
 * @throws Error where a task is missing or doubled, a total wrong, or a key tells something else than before
 */
export const assertWhole = async (
  app: string,
  url: string,
  before: readonly Write[],
): Promise<void> => {
  const rows = await query(url, 'select title, count(*)::int as times from tasks group by title')
  const times = new Map(rows.map((row) => [row.title, Number(row.times)]))
  const lost = before.filter(({ json }) => !times.has(json.title)).length
  const doubled = [...times.values()].filter((count) => count > 1).length
  if (lost + doubled > 0)
    throw new Error(`of ${before.length} acknowledged ${lost} are lost, ${doubled} doubled`)
  await migrated(app, url, '--check')
  const wrong = await whileServed(app, url, ({ port }) => notReplayed(port, before))
  if (wrong > 0) throw new Error(`${wrong} of ${before.length} keys are not answered as before`)
}
