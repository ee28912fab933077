import { operationIds } from '../../../adapters/http/contract/contract.ts'
import type { Check } from '../../engine/check.ts'
import { TASKS, type Trial } from '../../engine/check-context.ts'
import type { Exchange } from '../../engine/exchange.ts'
import { differing, etagIn, perRun, taskIn } from '../tasks.ts'
import { estate, expectAlike } from './estate.ts'
import { deeds, missing, oddities, siege } from './siege.ts'

const about = {
  requirements: ['US2'],
  record: 'ADR-0009',
  needs: ['users'],
} as const

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

const answersForeign = async (trial: Trial, name: string): Promise<void> => {
  const absent = (await missing(trial)).get(name) as Exchange
  if (name === 'headTask') trial.expectStatus(absent, 404)
  else trial.expectProblem(absent, 'task_not_found')
  expectAlike(trial, (await siege(trial)).foreign.get(name) as Exchange, absent)
}

const everyOperation: readonly Check[] = deeds.map(({ name }) => ({
  ...about,
  id: numbers[name] ?? `I-${50 + names.indexOf(name)}`,
  promise: `answers ${name} on another user's task exactly as on a missing one`,
  severity: 'critical',
  fix: "name the owner in the query's condition, and refuse what it does not find in one way only",
  run: (trial) => answersForeign(trial, name),
}))

/** B changes a task while A attacks it: the change and nothing else must be there at the end. */
const contested = perRun(async (trial) => {
  const path = `${TASKS}/${(await estate(trial)).busy.id}`
  const attack = { title: trial.canary() }
  const [kept, ...denied] = await Promise.all([
    trial.send({ method: 'PATCH', path, as: 'B', json: { description: 'kept', completed: true } }),
    trial.send({ method: 'PATCH', path, as: 'A', json: attack }),
    trial.send({ method: 'DELETE', path, as: 'A' }),
  ])
  return { kept, denied, after: await trial.send({ path, as: 'B' }) }
})

export const foreign: readonly Check[] = [
  ...everyOperation,
  {
    ...about,
    id: 'I-08',
    promise: 'leaves a task as it was, to its last member, whatever another user sends',
    severity: 'critical',
    fix: 'put the owner into the condition of the write itself: a look before it can be outrun',
    run: async (trial) => {
      const { before, after } = await siege(trial)
      if (!trial.expectStatus(after, 200)) return
      const changed = differing(taskIn(before), taskIn(after))
      trial.expect(changed.length === 0, after, 'the task as it was', `changed: ${changed}`)
      trial.expect(etagIn(before) === etagIn(after), after, 'the same ETag')
    },
  },
  {
    ...about,
    id: 'I-10',
    promise: "never shows by its order of refusal that another user's task exists",
    severity: 'high',
    fix: 'judge the request before any id is looked up, and preconditions after the owner',
    run: async (trial) => {
      const [absent, { foreign }] = [await missing(trial), await siege(trial)]
      for (const { name } of oddities)
        expectAlike(trial, foreign.get(name) as Exchange, absent.get(name) as Exchange)
    },
  },
  {
    ...about,
    id: 'I-12',
    promise: 'answers a malformed id exactly as a missing one',
    severity: 'high',
    fix: 'compare ids as sent, and take what is no id for an id that is not there',
    run: async (trial) => {
      const { a } = await estate(trial)
      const absent = await missing(trial)
      const json = { title: 'x' }
      const [malformed, shouted] = await Promise.all([
        trial.send({ method: 'PATCH', path: `${TASKS}/not-an-id`, as: 'A', json }),
        trial.send({ path: `${TASKS}/${a.id.toUpperCase()}`, as: 'A' }),
      ])
      expectAlike(trial, malformed, absent.get('updateTask') as Exchange)
      if (a.id !== a.id.toUpperCase())
        expectAlike(trial, shouted, absent.get('getTask') as Exchange)
    },
  },
  {
    ...about,
    id: 'I-20',
    promise: 'judges no precondition against the task of another user',
    severity: 'high',
    fix: 'look for the owner before If-None-Match and If-Match',
    run: async (trial) => {
      const [absent, { knownUnread, knownWrite, knownRemoval }] = [
        await missing(trial),
        await siege(trial),
      ]
      expectAlike(trial, knownUnread, absent.get('getTask') as Exchange)
      expectAlike(trial, knownWrite, absent.get('updateTask') as Exchange)
      expectAlike(trial, knownRemoval, absent.get('deleteTask') as Exchange)
    },
  },
  {
    ...about,
    id: 'I-24',
    promise: 'takes the method from the request line alone',
    severity: 'critical',
    fix: 'remove method override: it changes the method after it was judged',
    run: async (trial) => {
      const { overridden, after } = await siege(trial)
      trial.expectProblem(overridden, 'method_not_allowed')
      trial.expectStatus(after, 200)
    },
  },
  {
    ...about,
    id: 'I-30',
    promise: 'keeps the change of an owner whose task another user attacks at that moment',
    severity: 'high',
    fix: 'let one statement find the task by owner and change it',
    run: async (trial) => {
      const absent = await missing(trial)
      const { busy } = await estate(trial)
      const { kept, denied, after } = await contested(trial)
      for (const exchange of denied) {
        const name = exchange.method === 'DELETE' ? 'deleteTask' : 'updateTask'
        expectAlike(trial, exchange, absent.get(name) as Exchange)
      }
      trial.expectStatus(kept, 200)
      if (!trial.expectStatus(after, 200)) return
      const changed = differing(busy, taskIn(after)).sort().join()
      const wanted = 'completed,description,updated_at'
      trial.expect(changed === wanted, after, `changed: ${wanted}`, `changed: ${changed}`)
      trial.expect(etagIn(after) === etagIn(kept), after, 'its ETag')
    },
  },
]
