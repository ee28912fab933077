import type { Sql } from '../pool/connection.ts'
import type { Database } from '../pool/database.ts'

/** A statement's text and its plan, in the JSON of `explain`. */
export interface Explained {
  text: string
  plan: unknown
}

/** A database that has each statement explained for its values before it is run, and keeps the plans. */
export const explained = (database: Database): Database & { taken(): Explained[] } => {
  let plans: Explained[] = []
  return {
    ...database,
    run: (intent, statement, deadline) =>
      database.run(
        intent,
        (sql) => statement(explaining(sql, (plan) => plans.push(plan))),
        deadline,
      ),
    taken: () => {
      const taken = plans
      plans = []
      return taken
    },
  }
}

const explaining = (sql: Sql, keep: (explained: Explained) => void): Sql =>
  new Proxy(sql, {
    get: (target, name) =>
      name === 'unsafe'
        ? async (text: string, values: never[] = [], options?: object) => {
            const [row] = await sql.unsafe(`explain (format json) ${text}`, values)
            keep({ text, plan: row?.['QUERY PLAN'] })
            return sql.unsafe(text, values, options)
          }
        : Reflect.get(target, name),
    apply: async (_target, _this, [strings, ...values]: [string[], ...never[]]) => {
      const text = strings.reduce((all, part, at) => `${all}$${at}${part}`)
      const [row] = await sql.unsafe(`explain (format json) ${text}`, values)
      keep({ text, plan: row?.['QUERY PLAN'] })
      return sql.unsafe(text, values)
    },
  })

/** All that stands under a name anywhere in a plan. */
export const valuesIn = (plan: unknown, name: string): unknown[] => {
  if (typeof plan !== 'object' || plan === null) return []
  return Object.entries(plan).flatMap(([key, value]) =>
    key === name ? [value] : valuesIn(value, name),
  )
}
