import postgres from 'postgres'
import type { Owner } from '../../../domain/owner.ts'
import { throwawayDatabase } from '../embedded/throwaway.ts'
import { migrate, readMigrations } from '../migrations/migrate.ts'
import type { Sql } from '../pool/connection.ts'
import { connectionTarget } from '../pool/connection-url.ts'
import { database } from '../pool/database.ts'
import { createPool } from '../pool/pool.ts'
import { queryRow } from '../tasks/statement.ts'
import { getStatement } from '../tasks/task-statements.ts'
import { median } from './quantile.ts'

/**
 * What the pool costs on a healthy database, beside the driver's own. Both take turns within one run, because the
 * machine is never the same twice; what counts is the ratio. `driver` is its pool as it comes, which sends
 * statements behind others on a busy connection (and makes a fast one wait for a slow one); `exclusive` is the
 * same pool told not to.
 */
const CONNECTIONS = 10
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 25)
const ROUND_MS = Number(process.env.BENCH_ROUND_MS ?? 150)

type Ask = () => PromiseLike<unknown>

const OWNER = 'ada' as Owner
const ids: string[] = []

/** What the service asks most often. */
const get = (sql: Sql) =>
  queryRow(sql, getStatement(OWNER, ids[Math.trunc(Math.random() * ids.length)] as string))

interface Pace {
  /** answers a second */
  rate: number
  /** microseconds of this process for each: the figure that busy neighbours change least */
  cpu: number
}

const paceOf = async (ask: Ask, callers: number): Promise<Pace> => {
  const until = performance.now() + ROUND_MS
  let answers = 0
  const caller = async () => {
    while (performance.now() < until) {
      await ask()
      answers += 1
    }
  }
  const started = performance.now()
  const before = process.cpuUsage()
  await Promise.all(Array.from({ length: callers }, caller))
  const { user, system } = process.cpuUsage(before)
  return {
    rate: (answers * 1_000) / (performance.now() - started),
    cpu: (user + system) / answers,
  }
}

const throwaway = await throwawayDatabase()
const target = connectionTarget(throwaway.url, { production: false })
const say = (line: string) => process.stdout.write(`${line}\n`)

await migrate(target, await readMigrations(new URL('../migrations/', import.meta.url)))
const setup = postgres(throwaway.url, { max: 1, fetch_types: false })
const made = await setup`insert into tasks (owner, id, title, completed, priority, tags)
  select ${OWNER}, gen_random_uuid(), 'task ' || n, false, 'medium', '{home}'
  from generate_series(1, 1000) as n returning id`
ids.push(...made.map(({ id }) => id))
await setup.end({ timeout: 1 })

for (const prepare of [true, false]) {
  const pool = createPool({ target, max: CONNECTIONS, queueMax: 1_000, prepare })
  const ours = database(pool)
  const common = { max: CONNECTIONS, prepare, fetch_types: false, onnotice: () => undefined }
  const driver = postgres(throwaway.url, common)
  const exclusive = postgres(throwaway.url, { ...common, max_pipeline: 0 } as typeof common)
  const asks: Record<string, Ask> = {
    ours: () => ours.run('read', get),
    driver: () => get(driver),
    exclusive: () => get(exclusive),
  }
  for (const callers of [1, 10, 50]) {
    const paces: Record<string, Pace[]> = { ours: [], driver: [], exclusive: [] }
    for (let round = -2; round < ROUNDS; round += 1) {
      // Another one begins each time, so that none always follows the same neighbour.
      const names = Object.keys(asks)
      for (const name of [...names.slice(round % 3), ...names.slice(0, round % 3)]) {
        const pace = await paceOf(asks[name] as Ask, callers)
        if (round >= 0) paces[name]?.push(pace)
      }
    }
    const of = (name: string, what: keyof Pace) =>
      median((paces[name] ?? []).map((pace) => pace[what]))
    const ratio = (to: string) =>
      median(
        (paces.ours ?? []).map(({ rate }, at) => rate / (paces[to]?.[at]?.rate ?? rate)),
      ).toFixed(2)
    const shown = Object.keys(asks).map(
      (name) => `${name} ${of(name, 'rate').toFixed(0)}/s ${of(name, 'cpu').toFixed(0)} µs`,
    )
    say(
      `${prepare ? 'prepared  ' : 'unprepared'} ${String(callers).padStart(2)} callers: ${shown.join(', ')}; ` +
        `ours/driver ${ratio('driver')}, ours/exclusive ${ratio('exclusive')}`,
    )
  }
  await pool.close(1_000)
  await driver.end({ timeout: 1 })
  await exclusive.end({ timeout: 1 })
}
await throwaway.drop()
