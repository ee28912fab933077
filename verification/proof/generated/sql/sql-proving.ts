import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { query } from '../../../../adapters/postgres/embedded/query.ts'
import {
  type ThrowawayServer,
  throwawayServer,
} from '../../../../adapters/postgres/embedded/throwaway.ts'
import {
  type Migration,
  migrate,
  readMigrations,
} from '../../../../adapters/postgres/migrations/migrate.ts'
import { connectionTarget } from '../../../../adapters/postgres/pool/connection-url.ts'
import { root } from '../../../../bootstrap/system/build.ts'
import { serviceProcess } from '../../../../bootstrap/system/service-process.ts'
import { allChecks } from '../../../checks/all.ts'
import { bundle } from '../bundle.ts'
import type { Proving } from '../proving.ts'
import { greenRun, type MutantResult, suiteRun } from '../suite-run.ts'
import { sharedSecretTarget } from '../target.ts'
import { type Ask, witnesses } from '../witnesses.ts'
import { type SqlMutant, sqlMutants } from './sql-mutants.ts'

/** Mutants of the SQL: each in a program of its own, on a database of its own, since a plan outlives its statement. */
export const sqlProving = (): Proving => {
  const mutants = sqlMutants()
  const askWitnesses = witnesses()
  let prepared: Promise<Prepared> | undefined
  const prepare = async (): Promise<Prepared> => {
    const server = await throwawayServer()
    const migrations = await readMigrations(pathToFileURL(join(root, MIGRATIONS, '/')))
    const ready = { server, migrations }
    await greenRun('PostgreSQL', () => runOn(ready, undefined, (ask) => ask(allChecks)))
    return ready
  }
  return {
    mutants,
    run: async (mutant) => {
      prepared ??= prepare()
      return runOn(
        await prepared,
        mutants.find(({ id }) => id === mutant.id),
        (ask) => askWitnesses(mutant, allChecks, ask),
      )
    },
    close: async () => (await prepared)?.server.drop(),
  }
}

const MIGRATIONS = 'adapters/postgres/migrations'

interface Prepared {
  server: ThrowawayServer
  migrations: readonly Migration[]
}

let databases = 0

const runOn = async (
  { server, migrations }: Prepared,
  mutant: SqlMutant | undefined,
  inTurn: (ask: Ask) => Promise<MutantResult>,
): Promise<MutantResult> => {
  databases += 1
  const name = `mutant_${databases}`
  const url = new URL(server.url)
  url.pathname = name
  const file = mutant?.file ?? ''
  const sources = new Map(mutant ? [[join(root, file), mutant.source]] : [])
  const program = await bundle('bootstrap/main.ts', sources, { packages: 'external' })
  await query(server.url, `create database ${name}`)
  const mutated = migrations.map((migration) =>
    mutant && migration.name === basename(file) ? { ...migration, sql: mutant.source } : migration,
  )
  try {
    await migrate(connectionTarget(url.href, { production: false }), mutated)
    const target = sharedSecretTarget({
      APP_ENV: 'test',
      API_DOCS: 'disabled',
      DATABASE_URL: url.href,
      LOG_LEVEL: 'info',
    })
    const service = await serviceProcess({
      cwd: program.directory,
      command: [process.execPath, program.program],
      env: target.service,
    })
    try {
      const started = await service.wrote('ready').then(
        () => true,
        () => false,
      )
      if (!started) return { outcome: 'runtime error', by: [] }
      return await inTurn(async (some) =>
        suiteRun(await target.suite(), { port: service.port }, some),
      )
    } finally {
      await service.kill()
    }
  } finally {
    program.remove()
    await query(server.url, `drop database ${name} with (force)`)
  }
}
