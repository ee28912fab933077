import { writeFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { throwawayServer } from '../embedded/throwaway.ts'
import { contention } from './contention.ts'
import { type Cell, measure, WARM } from './measure.ts'
import { type Operation, operations } from './operations.ts'
import type { Plan } from './plans.ts'
import { type Populated, populated } from './population.ts'
import { contentionTable, planLines, rowOf, table } from './report.ts'
import { few, many } from './seed.ts'
import { stock } from './subjects.ts'
import { type Wal, walFaults, walLine, walPerCreate } from './wal.ts'

/**
 * What each operation costs at owners with 10 to 1,000,000 tasks in a table of 5 million, beside the same in a table
 * of a thousand, and by which indexes. Both tables are on one server, in memory, and take turns; what counts is the
 * ratio. It fails where what must not grow costs more than LIMIT times as much, or reads the table from end to end.
 *   --rows=n      in the large table, 5,000,000 where it is not given; its owners shrink with it
 *   --only=text   operations with this in their name; `wal` for nothing but the log that a create writes
 *   --json=file   the figures for a program, too
 * With DATABASE_URL in databases of its own on that server, else on an embedded one.
 */
const option = (name: string) =>
  process.argv.find((flag) => flag.startsWith(`--${name}=`))?.slice(name.length + 3)
const ROWS = Number(option('rows') ?? 5_000_000)
const ONLY = option('only') ?? ''
const JSON_FILE = option('json')
const ROUNDS = 150
const BUDGET_MS = 1_000
/** The whole takes about five minutes on two cores. */
const LIMIT_MS = 20 * 60_000

const started = performance.now()
const say = (line: string) => process.stdout.write(`${line}\n`)
const stage = (what: string) =>
  say(`${((performance.now() - started) / 1_000).toFixed(0).padStart(4)} s  ${what}`)

const measured = async (small: Populated, large: Populated, signal: AbortSignal) => {
  const tried = operations.filter(({ name }) => name.includes(ONLY))
  const subjects = [...small.subjects, ...large.subjects]
  const cells = tried.flatMap((operation) =>
    subjects.map((subject): Cell => ({ operation, subject, times: [] })),
  )
  const effort = { rounds: ROUNDS, budgetMs: BUDGET_MS, signal }
  // Writes last, because owners grow by them, and what may take long apart from what must not.
  for (const kind of ['read', 'filtered', 'write'] as const) {
    if (kind === 'write')
      for (const { sql, subjects } of [small, large])
        for (const subject of subjects) await stock(sql, subject, ROUNDS + WARM + 1)
    await measure(
      cells.filter(({ operation }) => operation.kind === kind),
      effort,
    )
    stage(`${kind} measured`)
  }
  const rows = []
  for (const operation of tried)
    rows.push(rowOf(operation, cells, await planOf(large, operation, signal)))
  return rows
}

const planOf = async (
  { watched, subjects: [largest] }: Populated,
  operation: Operation,
  signal: AbortSignal,
): Promise<Plan> => {
  signal.throwIfAborted()
  if (!largest) throw new Error('nobody has any tasks')
  return watched.planOf(() => operation.run(largest))
}

const run = async (signal: AbortSignal, undo: (step: () => Promise<unknown>) => void) => {
  if (!process.env.DATABASE_URL) {
    const memory = `${Math.min(6_000, Math.floor(totalmem() / 3e6))}MB`
    const settings = { shared_buffers: memory, max_wal_size: '8GB', fsync: 'on' }
    const server = await throwawayServer({ settings })
    undo(() => server.drop())
    process.env.DATABASE_URL = server.url
  }
  const common = { signal, say: stage, undo }
  const small = await populated({ table: 'small', population: few, rows: 1_010, ...common })
  const large = await populated({ table: 'large', population: many, rows: ROWS, ...common })
  const rows = await measured(small, large, signal)
  const wal: Wal[] =
    ONLY === '' || ONLY === 'wal'
      ? [await walPerCreate(large.sql, large.target, large.subjects[0]?.name ?? '')]
      : []
  stage('log measured')
  await large.sql.unsafe(`do $$ begin
    execute format('alter database %I reset synchronous_commit', current_database()); end $$`)
  const creators = ONLY === '' ? await contention(large.sql, large.target, signal) : []
  stage('parallel creators measured')
  const [server] = await large.sql`show server_version`
  const about = `PostgreSQL ${server?.server_version}, ${availableParallelism()} cores`
  const faults = [
    ...rows.flatMap(({ operation, faults }) => faults.map((it) => `${operation}: ${it}`)),
    ...wal.flatMap(walFaults),
  ]
  const lines = [
    ...table(rows),
    '',
    ...contentionTable(creators),
    ...wal.map(walLine),
    '',
    ...planLines(rows),
    '',
  ]
  for (const line of [`${about}, median (95th percentile, ratio)`, '', ...lines]) say(line)
  for (const fault of faults) say(`OVER: ${fault}`)
  say(faults.length === 0 ? 'Nothing grows that must not.' : `${faults.length} over the limit.`)
  if (JSON_FILE)
    writeFileSync(
      JSON_FILE,
      `${JSON.stringify({ about, rows: ROWS, operations: rows, contention: creators, wal, faults }, null, 2)}\n`,
    )
  return faults.length === 0
}

const interrupted = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.once(name, () => interrupted.abort(new Error('interrupted')))
const signal = AbortSignal.any([interrupted.signal, AbortSignal.timeout(LIMIT_MS)])
const steps: (() => Promise<unknown>)[] = []
const undo = (step: () => Promise<unknown>) => steps.push(step)
try {
  const aborted = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason)),
  )
  process.exitCode = (await Promise.race([run(signal, undo), aborted])) ? 0 : 1
} catch (error) {
  say(String(error))
  process.exitCode = interrupted.signal.aborted ? 130 : 1
} finally {
  for (const step of steps.reverse()) await step().catch(() => undefined)
}
process.exit()
