import postgres from 'postgres'

/** postgres.js never resolves `reserve` on a new connection without `fetch_types`, so the default stays. */
const connection = (url: string) => postgres(url, { max: 1, onnotice: () => undefined })

/** Runs one statement on a connection of its own. */
export const query = async (url: string, statement: string): Promise<Record<string, unknown>[]> => {
  const sql = connection(url)
  return [...(await sql.unsafe(statement).finally(() => sql.end({ timeout: 1 })))]
}

/** A lock that keeps every request for tasks waiting. */
export interface TableLock {
  /** how many statements wait */
  waiting(): Promise<number>
  release(): Promise<void>
}

export const lockTasks = async (url: string): Promise<TableLock> => {
  const sql = connection(url)
  const own = await sql.reserve()
  await own`begin`
  await own`lock table tasks in access exclusive mode`
  let released: Promise<void> | undefined
  return {
    waiting: async () =>
      (await own`select from pg_stat_activity where wait_event_type = 'Lock'`).length,
    release: () => {
      released ??= own`commit`.then(() => sql.end({ timeout: 1 }))
      return released
    },
  }
}
