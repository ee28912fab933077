import postgres, { type Options } from 'postgres'

type Row = Record<string, unknown>

/** Runs statements on a connection of their own: one kept open would keep the test process alive. */
export const query = async (
  url: string,
  statements: string,
  options: Options<Record<string, never>> = {},
): Promise<Row[]> => {
  const sql = postgres(url, { max: 1, connect_timeout: 10, onnotice() {}, ...options })
  return [...(await sql.unsafe(statements).finally(() => sql.end({ timeout: 1 })))]
}
