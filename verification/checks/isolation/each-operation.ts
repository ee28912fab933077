import { operationIds } from '../../../adapters/http/contract/contract.ts'
import type { Check } from '../../engine/check.ts'
import type { CheckContext } from '../../engine/check-context.ts'
import type { Exchange } from '../../engine/http/exchange.ts'
import { attack } from './attack.ts'
import { about, expectAlike } from './fixture.ts'
import { missing, taskOperations } from './operations.ts'

/** The ids that reports have always used; an operation that is new to the contract gets the next free one. */
const numbers: Readonly<Record<string, string>> = {
  getTask: 'I-02',
  headTask: 'I-03',
  putTask: 'I-04',
  updateTask: 'I-05',
  deleteTask: 'I-06',
  completeTask: 'I-07',
}

const names: readonly string[] = operationIds

const answersForeign = async (context: CheckContext, name: string): Promise<void> => {
  const absent = (await missing(context)).get(name) as Exchange
  if (name === 'headTask') context.expectStatus(absent, 404)
  else context.expectProblem(absent, 'task_not_found')
  expectAlike(context, (await attack(context)).foreign.get(name) as Exchange, absent)
}

export const everyOperation: readonly Check[] = taskOperations.map(({ name }) => ({
  ...about,
  id: numbers[name] ?? `I-${50 + names.indexOf(name)}`,
  promise: `answers ${name} on another user's task exactly as on a missing one`,
  severity: 'critical',
  fix: "name the owner in the query's condition, and refuse what it does not find in one way only",
  run: (context) => answersForeign(context, name),
}))
