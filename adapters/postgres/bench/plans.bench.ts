import type { Sql } from '../pool/connection.ts'
import type { Database } from '../pool/database.ts'

/** A database that passes everything on, and tells instead how a statement would be carried out while asked to. */
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

/** Thrown through the adapter, which expects other rows. */
class Explained extends Error {
  plan: Plan
  constructor(plan: Plan) {
    super('explained')
    this.plan = plan
  }
}

export const observed = (database: Database): Observed => {
  let asked = false
  return {
    run: async (intent, statement, deadline) => {
      if (!asked) return database.run(intent, statement, deadline)
      const answer = await database.run(intent, (sql) => statement(explaining(sql)), deadline)
      const plan = (answer as Answer | undefined)?.['QUERY PLAN']?.[0]?.Plan
      if (plan) throw new Explained(planIn(plan))
      return answer
    },
    planOf: async (run) => {
      asked = true
      try {
        await run()
      } catch (error) {
        if (error instanceof Explained) return error.plan
        throw error
      } finally {
        asked = false
      }
      throw new Error('nothing was asked of the database')
    },
  }
}

const HOW = 'explain (analyze, timing off, summary off, format json)'

/** Sends what it is given with this before it. */
const explaining = (sql: Sql): Sql =>
  new Proxy(sql, {
    get: (target, name) =>
      name === 'unsafe'
        ? (text: string, ...more: [values: never[], options: object]) =>
            sql.unsafe(`${HOW} ${text}`, ...more)
        : Reflect.get(target, name),
  })

interface Answer {
  'QUERY PLAN'?: { Plan: Node }[]
}

const planIn = (root: Node): Plan => {
  const steps: string[] = []
  let sequential = false
  const visit = (node: Node) => {
    // What was planned and then not needed.
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
