import type { Sql } from '../pool/connection.ts'
import type { Database } from '../pool/database.ts'

/** A database that passes every statement on, and explains the one that `planOf` runs instead. */
export interface Observed extends Database {
  planOf(run: () => Promise<unknown>): Promise<Plan>
}

export interface Plan {
  /** what reads a table, with its index, and how many rows came of it */
  steps: string[]
  /** the whole table was read for it */
  sequential: boolean
}

interface Node {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Actual Rows'?: number
  'Actual Loops'?: number
  Plans?: Node[]
}

/** Carries the plan past the adapter, which expects the rows of its statement and not those of `explain`. */
class Explained extends Error {
  plan: Plan
  constructor(plan: Plan) {
    super('explained')
    this.plan = plan
  }
}

export const observed = (database: Database): Observed => {
  let explain = false
  return {
    ...database,
    run: async (intent, statement, deadline) => {
      if (!explain) return database.run(intent, statement, deadline)
      let plan: Node | undefined
      const explained = async (sql: Sql) => {
        try {
          return await statement(explaining(sql, (found) => (plan = found)))
        } catch (error) {
          // The adapter makes nothing of the rows, and the connection is as good as before.
          if (!plan) throw error
        }
      }
      const row = await database.run(intent, explained, deadline)
      if (plan) throw new Explained(planIn(plan))
      return row as never
    },
    planOf: async (run) => {
      explain = true
      try {
        await run()
      } catch (error) {
        if (error instanceof Explained) return error.plan
        throw error
      } finally {
        explain = false
      }
      throw new Error('nothing was asked of the database')
    },
  }
}

const EXPLAIN = 'explain (analyze, timing off, summary off, format json)'

/** Sends each statement as one to be explained, and tells its plan. */
const explaining = (sql: Sql, tell: (plan: Node | undefined) => void): Sql =>
  new Proxy(sql, {
    get: (target, name) =>
      name === 'unsafe'
        ? async (text: string, ...more: [values: never[], options: object]) => {
            const rows = await sql.unsafe<Explanation[]>(`${EXPLAIN} ${text}`, ...more)
            tell(rows[0]?.['QUERY PLAN']?.[0]?.Plan)
            return rows
          }
        : Reflect.get(target, name),
  })

interface Explanation {
  'QUERY PLAN'?: { Plan: Node }[]
}

const planIn = (root: Node): Plan => {
  const steps: string[] = []
  let sequential = false
  const visit = (node: Node) => {
    // Planned, but not carried out.
    if (node['Actual Loops'] === 0) return
    const { 'Node Type': type, 'Relation Name': table, 'Index Name': index } = node
    const rows = Math.round((node['Actual Rows'] ?? 0) * (node['Actual Loops'] ?? 1))
    if (type === 'Seq Scan' && table === 'tasks') sequential = true
    if (/Scan$/.test(type) && !/^(CTE|Subquery|Function)/.test(type) && (index ?? table))
      if (type !== 'Bitmap Heap Scan') steps.push(`${type} ${index ?? table} → ${rows}`)
    if (type === 'Sort' || type === 'BitmapAnd') steps.push(type)
    node.Plans?.forEach(visit)
  }
  visit(root)
  return { steps, sequential }
}
