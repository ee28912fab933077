import type { Sql } from '../pool/connection.ts'

/** One statement and the values of its parameters. Its text depends on what is asked for, never on a value. */
export interface Statement {
  text: string
  values: readonly unknown[]
}

/** The rows that a statement returns. It is prepared by name where the connection allows it. */
export const queryRows = <Row>(sql: Sql, { text, values }: Statement): PromiseLike<Row[]> =>
  sql.unsafe<Row[]>(text, values as never[], { prepare: true }).then(takeRows)

/** The same for the one row, or none. */
export const queryRow = <Row>(sql: Sql, statement: Statement): PromiseLike<Row | undefined> =>
  queryRows<Row>(sql, statement).then(([row]) => row)

/** The row of a statement that always returns one. */
export const requiredRow = <T>(row: T | undefined): T => {
  if (row === undefined) throw new Error('the statement returned no row')
  return row
}

/**
 * Removes the rows from the driver's result. Closures of the driver keep that result for two collections of the
 * young heap, which would copy the rows each time (decisions/0029).
 */
const takeRows = <Row>(rows: Row[]): Row[] => rows.splice(0)
