import type { Sql } from '../connection.ts'
import type { Database } from '../database.ts'

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
  let explaining = false
  return {
    run: async (intent, statement, deadline) => {
      if (!explaining) return database.run(intent, statement, deadline)
      const rows = await database.run(intent, (sql) => explained(sql, statement), deadline)
      throw new Explained(planIn(rows[0]?.['QUERY PLAN'][0].Plan))
    },
    planOf: async (run) => {
      explaining = true
      try {
        await run()
      } catch (error) {
        if (error instanceof Explained) return error.plan
        throw error
      } finally {
        explaining = false
      }
      throw new Error('nothing was asked of the database')
    },
  }
}

const HOW = 'explain (analyze, timing off, summary off, format json)'

/** What the adapter sends with this before it. Nothing is sent until it is awaited, so it can be taken apart. */
const explained = (sql: Sql, statement: (sql: Sql) => unknown) => {
  const texts = new Map<unknown, Parameters<Sql['unsafe']>>()
  const own = new Proxy(sql, {
    get: (target, name) => {
      const member = Reflect.get(target, name)
      if (name !== 'unsafe') return member
      return (...sent: Parameters<Sql['unsafe']>) => {
        const asked = sql.unsafe(...sent)
        texts.set(asked, sent)
        return asked
      }
    },
  })
  const asked = statement(own)
  const [text, values, options] = texts.get(asked) ?? []
  return text === undefined
    ? sql`${sql.unsafe(HOW)} ${asked as never}`
    : sql.unsafe(`${HOW} ${text}`, values, options)
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
