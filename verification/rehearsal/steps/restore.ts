import { join } from 'node:path'
import { program } from '../../../bootstrap/system/program.ts'
import { until } from '../../../bootstrap/system/wait.ts'
import type { RehearsalContext } from '../context.ts'
import { assertSucceeded } from '../output.ts'
import { type ClientPrograms, clientPrograms } from '../restore/client-programs.ts'
import { type DumpServer, dumpServer, hasServerFor } from '../restore/dump-server.ts'
import { assertWhole, migrated, whileServed } from '../restore/restored-database.ts'
import { keyedWriters, type Write } from '../restore/writers.ts'
import { NotDone, type Step } from '../step.ts'

const CLIENTS = 4
/** How many writes each dump has before it, and how many come while it is taken or after. */
const WRITES = 40
const TIMEOUT_MS = 60_000

interface Dumped {
  /** Runs one of the programs. @throws Error with what it said */
  run(name: string, ...args: string[]): Promise<void>
  file: string
  before: readonly Write[]
}

/** Takes a dump of a database that a service writes to meanwhile. */
const dumpUnderLoad = async (
  { app, folder, teardown }: RehearsalContext,
  { bin }: ClientPrograms,
  server: DumpServer,
): Promise<Dumped> => {
  const run = async (name: string, ...args: string[]) => {
    const running = program([join(bin, name), ...args], { cwd: folder, timeoutMs: TIMEOUT_MS })
    teardown.add(running.kill)
    await assertSucceeded(running, name)
  }
  const [url, file] = [await server.database('tasks_live'), join(folder, 'tasks.dump')]
  await migrated(app, url)
  const before = await whileServed(app, url, async ({ port }) => {
    const { acknowledged, stop } = keyedWriters(port, CLIENTS)
    const written = (count: number) =>
      until(() => acknowledged.length >= count, undefined, TIMEOUT_MS)
    await written(WRITES)
    const before = [...acknowledged]
    await run('pg_dump', '--format=custom', '--no-owner', `--file=${file}`, `--dbname=${url}`)
    await written(acknowledged.length + CLIENTS)
    await stop()
    return before
  })
  return { run, file, before }
}

interface Way {
  /** Fills the empty database at `url`; `whole` is one that was restored already. */
  restore(dumped: Dumped, app: string, url: string, whole: string): Promise<void>
  /** whose tasks come back, unless all do */
  subject?: string
}

const OWNER = 'restored-0'
const dataAlone = [
  '--data-only',
  '--single-transaction',
  '--table=tasks',
  '--table=idempotency_keys',
]

/** The commands of the operations guide. */
const ways: Readonly<Record<string, Way>> = {
  whole: {
    restore: async ({ run, file }, app, url) => {
      await run('pg_restore', '--no-owner', '--single-transaction', `--dbname=${url}`, file)
      await migrated(app, url)
    },
  },
  'data alone': {
    restore: async ({ run, file }, app, url) => {
      await migrated(app, url)
      await run('pg_restore', ...dataAlone, `--dbname=${url}`, file)
    },
  },
  'data and totals': {
    restore: async ({ run, file }, app, url) => {
      await migrated(app, url)
      await run('pg_restore', ...dataAlone, '--table=task_totals', `--dbname=${url}`, file)
    },
  },
  'one owner': {
    subject: OWNER,
    restore: async ({ run }, app, url, whole) => {
      await migrated(app, url)
      const copy = (from: string, command: string) =>
        run('psql', from, '--no-psqlrc', '--set=ON_ERROR_STOP=1', `--command=\\copy ${command}`)
      for (const table of ['tasks', 'idempotency_keys']) {
        await copy(whole, `(select * from ${table} where owner = '${OWNER}') to '${table}.copy'`)
        await copy(url, `${table} from '${table}.copy'`)
      }
    },
  },
}

const restore: Step = {
  name: 'dump and restore',
  promised:
    'from a dump under load, whole, data alone or one owner’s, nothing acknowledged before it is missing, totals are right, keys answer as before',
  needs: ['build'],
  run: async (context) => {
    const programs = clientPrograms()
    if (!programs) throw new NotDone('pg_dump, pg_restore and psql are not installed')
    const { bin, major } = programs
    if (!hasServerFor(programs))
      throw new NotDone(`pg_dump ${major} in ${bin} is older than every server here`)
    const server = await dumpServer(programs)
    context.teardown.add(server.drop)
    const dumped = await dumpUnderLoad(context, programs, server)
    const { app } = context
    const urls: string[] = []
    for (const [name, { restore, subject }] of Object.entries(ways)) {
      const url = await server.database(`restored_${urls.length}`)
      urls.push(url)
      const expected = dumped.before.filter((write) => !subject || write.subject === subject)
      await restore(dumped, app, url, urls[0] as string)
        .then(() => assertWhole(app, url, expected))
        .catch((error: Error) => Promise.reject(new Error(`${name}: ${error.message}`)))
    }
    await server.drop()
    return `pg_dump ${major} of PostgreSQL ${server.version}; ${dumped.before.length} acknowledged before it, 0 lost, 0 keys forgotten: ${Object.keys(ways).join(', ')}`
  },
}

export const restoreSteps: readonly Step[] = [restore]
