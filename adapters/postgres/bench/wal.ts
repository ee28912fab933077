import type postgres from 'postgres'
import { type Owner, ownerOf } from '../../../domain/owner.ts'
import type { ConnectionTarget } from '../pool/connection-url.ts'
import { database } from '../pool/database.ts'
import { createPool } from '../pool/pool.ts'
import { postgresTasks } from '../tasks/postgres-tasks.ts'
import { draft } from './operations.ts'

/** What a created task may write to the log for an owner of few: 1.5 KB. */
const LIMIT_BYTES = 1_536
const CREATORS = 4
const OWNERS = 200
const CREATES = 4_000

export interface Wal {
  /** bytes for each created task */
  few: number
  many: number
  /** whether what is not of creates is left out: images of pages after a checkpoint, and autovacuum */
  restLeftOut: boolean
}

/**
 * What is written to the log for each created task, by `pg_current_wal_insert_lsn` before and after, for owners who
 * have a few and for one who has so many that new ones are indexed by what they say.
 */
export const walPerCreate = async (
  sql: postgres.Sql,
  target: ConnectionTarget,
  many: string,
): Promise<Wal> => {
  const rest = async (on: boolean) => {
    for (const setting of ['full_page_writes', 'autovacuum'])
      await sql.unsafe(`alter system set ${setting} = ${on}`)
  }
  const restLeftOut = await rest(false).then(
    () => true,
    () => false,
  )
  const pool = createPool({ target, max: CREATORS, queueMax: CREATORS })
  const store = postgresTasks(database(pool))
  const create = (owner: (n: number) => string) => async () => {
    let made = 0
    const creator = async () => {
      for (let n = made++; n < CREATES; n = made++)
        await store.tasksOf(ownerOf(owner(n)) as Owner).create(draft(n))
    }
    await Promise.all(Array.from({ length: CREATORS }, creator))
  }
  const bytes = async (creates: () => Promise<void>): Promise<number> => {
    await creates()
    const [before] = await sql`select pg_current_wal_insert_lsn() as at`
    await creates()
    // What waits to be put into the index has to be written as well.
    await sql`select gin_clean_pending_list('tasks_by_content')`
    const [after] = await sql`
      select pg_current_wal_insert_lsn() - ${before?.at}::pg_lsn as bytes`
    return Math.round(Number(after?.bytes) / CREATES)
  }
  try {
    await sql`select pg_reload_conf()`.catch(() => undefined)
    const few = await bytes(create((n) => `writer ${n % OWNERS}`))
    return { few, many: await bytes(create(() => many)), restLeftOut }
  } finally {
    await pool.close(1_000)
    if (restLeftOut) await rest(true)
    await sql`select pg_reload_conf()`.catch(() => undefined)
  }
}

export const walLine = ({ few, many, restLeftOut }: Wal): string =>
  `log for each created task: ${few} bytes, ${many} for an owner of many` +
  `${restLeftOut ? '' : ', page images and autovacuum included'}`

export const walFaults = ({ few, restLeftOut }: Wal): string[] =>
  restLeftOut && few > LIMIT_BYTES ? [`${few} bytes of log for each created task`] : []
