import { type Check, checksOf } from '../../engine/check.ts'
import type { CheckContext } from '../../engine/check-context.ts'
import type { Exchange } from '../../engine/http/exchange.ts'
import { type Route, taskRoutes } from '../../engine/matrix.ts'
import { differing, etagIn, taskIn } from '../tasks.ts'
import { attack, contested } from './attack.ts'
import { about, expectAlike, fixture } from './fixture.ts'
import { foreignCells, invalidOperations, missing } from './operations.ts'

/** The ids that reports have always used; an operation that is new to the contract gets the next free one. */
const numbers: Readonly<Record<string, string>> = {
  getTask: 'I-02',
  'HEAD getTask': 'I-03',
  putTask: 'I-04',
  updateTask: 'I-05',
  deleteTask: 'I-06',
  completeTask: 'I-07',
}

const answersForeign = async (context: CheckContext, { name, method }: Route): Promise<void> => {
  const absent = (await missing(context)).get(name) as Exchange
  if (method === 'HEAD') context.expectStatus(absent, 404)
  else context.expectProblem(absent, 'task_not_found')
  expectAlike(context, (await attack(context)).foreign.get(name) as Exchange, absent)
}

const everyOperation: readonly Check[] = taskRoutes.map((route, index) => ({
  ...about,
  id: numbers[route.name] ?? `I-${50 + index}`,
  promise: `answers ${route.name} on another user's task exactly as on a missing one`,
  severity: 'critical',
  fix: "name the owner in the query's condition, and refuse what it does not find in one way only",
  cells: foreignCells.filter((cell) => cell.route === route),
  run: (context) => answersForeign(context, route),
}))

const deeds = checksOf(about, {
  'I-08': {
    promise: 'leaves a task as it was, to its last member, whatever another user sends',
    severity: 'critical',
    fix: 'put the owner into the condition of the write itself: a look before it can be outrun',
    run: async (context) => {
      const { before, after } = await attack(context)
      if (!context.expectStatus(after, 200)) return
      const changed = differing(taskIn(before), taskIn(after))
      context.expect(changed.length === 0, after, 'the task as it was', `changed: ${changed}`)
      context.expect(etagIn(before) === etagIn(after), after, 'the same ETag')
    },
  },
  'I-10': {
    promise: "never shows by its order of refusal that another user's task exists",
    severity: 'high',
    fix: 'judge the request before any id is looked up, and preconditions after the owner',
    run: async (context) => {
      const [absent, { foreign }] = [await missing(context), await attack(context)]
      for (const { name } of invalidOperations)
        expectAlike(context, foreign.get(name) as Exchange, absent.get(name) as Exchange)
    },
  },
  'I-24': {
    promise: 'takes the method from the request line alone',
    severity: 'critical',
    fix: 'remove method override: it changes the method after it was judged',
    run: async (context) => {
      const { overridden, after } = await attack(context)
      context.expectProblem(overridden, 'method_not_allowed')
      context.expectStatus(after, 200)
    },
  },
  'I-30': {
    promise: 'keeps the change of an owner whose task another user attacks at that moment',
    severity: 'high',
    fix: 'let one statement find the task by owner and change it',
    run: async (context) => {
      const absent = await missing(context)
      const { busy } = await fixture(context)
      const { kept, denied, after } = await contested(context)
      for (const exchange of denied) {
        const name = exchange.method === 'DELETE' ? 'deleteTask' : 'updateTask'
        expectAlike(context, exchange, absent.get(name) as Exchange)
      }
      context.expectStatus(kept, 200)
      if (!context.expectStatus(after, 200)) return
      const changed = differing(busy, taskIn(after)).sort().join()
      const expected = 'completed,description,updated_at'
      context.expect(changed === expected, after, `changed: ${expected}`, `changed: ${changed}`)
      context.expect(etagIn(after) === etagIn(kept), after, 'its ETag')
    },
  },
})

/** What A does to tasks of B. */
export const foreign: readonly Check[] = [...everyOperation, ...deeds]
