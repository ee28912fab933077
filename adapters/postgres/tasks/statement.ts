import type { Sql } from '../pool/connection.ts'

/** One statement and the values of its parameters. Its text depends on what is asked for, never on a value. */
export interface Statement {
  text: string
  values: readonly unknown[]
}

/** The one row that a statement returns, or none. It is prepared by name where the connection allows it. */
export const queryRow = <Row>(
  sql: Sql,
  { text, values }: Statement,
): PromiseLike<Row | undefined> =>
  sql.unsafe<Row[]>(text, values as never[], { prepare: true }).then(takeRow)

/** The row of a statement that always returns one. */
export const requiredRow = <T>(row: T | undefined): T => {
  if (row === undefined) throw new Error('the statement returned no row')
  return row
}

/**
 * Removes the row from the driver's result. Closures of the driver keep that result for two collections of the
 * young heap, which would copy the row each time (decisions/0029).
 */
const takeRow = <Row>(rows: Row[]): Row | undefined => {
  const [row] = rows
  rows.length = 0
  return row
}
