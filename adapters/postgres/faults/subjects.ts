import postgres from 'postgres'
import type { Sql } from '../pool/connection.ts'
import { connectionTarget } from '../pool/connection-url.ts'
import { database } from '../pool/database.ts'
import { createPool } from '../pool/pool.ts'
import { timeouts as defaultTimeouts, type Timeouts } from '../pool/timeouts.ts'

/** What a rule asks of a way to the database: ours, or the driver's own pool as it comes. */
export interface Subject {
  /** Changes nothing; the server takes this many seconds, and says from when to when by its own clock. */
  read(seconds?: number): Promise<readonly Record<string, unknown>[]>
  /** Adds a mark each time it is carried out. */
  write(mark: string): Promise<unknown>
  /** Adds a mark only once. */
  keyed(mark: string): Promise<unknown>
  /** Several statements, all or nothing. */
  transaction(work: (sql: Sql) => Promise<void>): Promise<unknown>
  /** As the server enforces it. */
  statementTimeout(): Promise<string>
  /** Lets go of everything, whatever has happened. */
  close(): Promise<void>
}

export interface SubjectOptions {
  max?: number
  queueMax?: number
  /** seconds after which the driver's own pool closes idle connections; by default never */
  idleSeconds?: number
  /** the timeouts of production, not the short ones that make tests quick */
  productionTimeouts?: boolean
}

export type MakeSubject = (url: string, options?: SubjectOptions) => Subject

/** Shorter than in production, in the same proportions. */
export const shortTimeouts: Timeouts = {
  ...defaultTimeouts,
  acquireTimeoutMs: 800,
  connectTimeoutMs: 3_000,
  stallTimeoutMs: 400,
  queryTimeoutMs: 1_500,
  callTimeoutMs: 3_000,
  reconnectDelayMs: 200,
  permanentFailureDelayMs: 400,
  idleTimeoutMs: 1_000,
}

export const marks = `create table if not exists marks (mark text);
  create table if not exists keyed_marks (mark text primary key)`

const statements = {
  read: (sql: Sql, seconds: number) =>
    sql`select ${seconds}::float as seconds, extract(epoch from clock_timestamp()) as began,
      pg_sleep(${seconds}), extract(epoch from clock_timestamp()) as ended`,
  write: (sql: Sql, mark: string) => sql`insert into marks values (${mark})`,
  keyed: (sql: Sql, mark: string) =>
    sql`insert into keyed_marks values (${mark}) on conflict do nothing`,
}

export const ours: MakeSubject = (url, { max = 10, queueMax = 100, productionTimeouts } = {}) => {
  const timeouts = productionTimeouts ? defaultTimeouts : shortTimeouts
  const target = connectionTarget(url, { production: false })
  const pool = createPool({ target, max, queueMax, timeouts })
  const { run } = database(pool, timeouts)
  return {
    read: (seconds = 0) => run('read', (sql) => statements.read(sql, seconds)),
    write: (mark) => run('write', (sql) => statements.write(sql, mark)),
    keyed: (mark) => run('keyed', (sql) => statements.keyed(sql, mark)),
    // No use case has one; should there ever be one, this is how it would be written.
    transaction: (work) =>
      run('write', async (sql) => {
        await sql.unsafe('begin')
        await work(sql)
        await sql.unsafe('commit')
      }),
    statementTimeout: () => run('read', timeoutOf),
    close: () => pool.close(1_000),
  }
}

export const plain: MakeSubject = (url, { max, idleSeconds } = {}) => {
  const sql = postgres(url, {
    ...(max !== undefined && { max }),
    ...(idleSeconds !== undefined && { idle_timeout: idleSeconds }),
  })
  return {
    read: async (seconds = 0) => statements.read(sql, seconds),
    write: async (mark) => statements.write(sql, mark),
    keyed: async (mark) => statements.keyed(sql, mark),
    transaction: (work) => sql.begin((tx) => work(tx as unknown as Sql)),
    statementTimeout: () => timeoutOf(sql),
    close: () => sql.end(),
  }
}

const timeoutOf = async (sql: Sql): Promise<string> => {
  const [row] = await sql`show statement_timeout`
  return String(row?.statement_timeout)
}
