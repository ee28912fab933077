import type postgres from 'postgres'
import { type Owner, ownerOf } from '../../../domain/owner.ts'
import { validDraft } from '../../../domain/task.ts'
import type { ConnectionTarget } from '../pool/connection-url.ts'
import { database } from '../pool/database.ts'
import { createPool } from '../pool/pool.ts'
import { postgresTasks } from '../tasks/postgres-tasks.ts'
import { median, quantile } from './quantile.ts'

const CREATORS = 16
const ROUNDS = 6
const ROUND_MS = 500

export interface Contention {
  counting: string
  owners: number
  perSecond: number
  p50Us: number
  p95Us: number
}

/**
 * What it costs that writers of one owner count on the same rows: many creators at once, of one owner and each of
 * their own, with commits that wait for the disk. Totals are wrong afterwards.
 */
export const contention = async (
  sql: postgres.Sql,
  target: ConnectionTarget,
  signal: AbortSignal,
): Promise<Contention[]> => {
  const [counting] = await sql`select pg_get_functiondef('count_tasks'::regproc) as text`
  const text = counting?.text as string
  const modes: Record<string, string> = {
    'not at all': 'alter table tasks disable trigger user',
    'in one row': `alter table tasks enable trigger user; ${text.replace(/pg_backend_pid\(\) % \d+/, '0')}`,
    'in eight rows': `alter table tasks enable trigger user; ${text}`,
  }
  const pool = createPool({ target, max: CREATORS, queueMax: CREATORS })
  const store = postgresTasks(database(pool))
  const draft = validDraft({ title: 'order the ticket of Novak', tags: ['travel', 'office'] })
  const cells = Object.keys(modes).flatMap((mode) =>
    [1, CREATORS].map((owners) => ({ mode, owners, rates: [] as number[], times: [] as number[] })),
  )
  try {
    for (let round = -1; round < ROUNDS; round += 1) {
      for (const { mode, owners, rates, times } of cells) {
        signal.throwIfAborted()
        await sql.unsafe(modes[mode] as string)
        const started = performance.now()
        const took: number[] = []
        const creator = async (_: unknown, at: number) => {
          const tasks = store.tasksOf(ownerOf(`creator ${at % owners}`) as Owner)
          for (let now = started; now < started + ROUND_MS; ) {
            await tasks.create(draft)
            const then = now
            now = performance.now()
            took.push((now - then) * 1_000)
          }
        }
        await Promise.all(Array.from({ length: CREATORS }, creator))
        if (round < 0) continue
        rates.push((took.length * 1_000) / (performance.now() - started))
        times.push(...took)
      }
    }
  } finally {
    await pool.close(1_000)
  }
  return cells.map(({ mode, owners, rates, times }) => ({
    counting: mode,
    owners,
    perSecond: Math.round(median(rates)),
    p50Us: Math.round(median(times)),
    p95Us: Math.round(quantile(times, 0.95)),
  }))
}
