import { checksOf } from '../../engine/check.ts'
import { TASKS, type TaskJson } from '../../engine/check-context.ts'
import type { Exchange } from '../../engine/http/exchange.ts'
import type { Cell } from '../../engine/matrix.ts'
import { oncePerRun } from '../once-per-run.ts'
import { differing, etagIn, taskIn } from '../tasks.ts'
import { twins } from './branches/twins.ts'
import { about, expectAlike } from './fixture.ts'
import { type Form, forms } from './forms.ts'
import { missing } from './operations.ts'

const cellsOf = ({ route, names }: Form): Cell[] =>
  names.map((name) => ({ route, dimension: 'owner', value: `another user, ${name}` }))

/** A does to one task of B whatever can be said in a request, all at once; then B looks. */
export const formAttack = oncePerRun(async (context) => {
  const { ofB, words } = await twins(context)
  const path = `${TASKS}/${ofB[1]?.id}`
  // Of a task that was just changed: what is kept of its former state may be found by another way.
  const json = { description: `${words[1]} of B, changed` }
  const before = await context.send({ method: 'PATCH', path, as: 'B', json })
  context.control(before.response?.status === 200, before, 'its owner can change the task')
  const heard = await Promise.all(
    forms.map(async (form) => {
      const request = form.on(context, taskIn(before) as TaskJson, etagIn(before))
      return { form, exchange: await context.send({ ...request, as: 'A', covers: cellsOf(form) }) }
    }),
  )
  return { before, heard, after: await context.send({ path, as: 'B' }) }
})

/** Whose precondition says something of the task: a refusal for that is for I-20 to tell. */
const isConditional = ({ names }: Form): boolean => names.some((name) => /^If-.* tag$/.test(name))

export const everyForm = checksOf(about, {
  'I-20': {
    promise: 'judges no precondition against the task of another user',
    severity: 'high',
    fix: 'look for the owner before If-None-Match and If-Match',
    run: async (context) => {
      const absent = await missing(context)
      for (const { form, exchange } of (await formAttack(context)).heard)
        if (isConditional(form))
          expectAlike(context, exchange, absent.get(form.route.name) as Exchange)
    },
  },
  'I-34': {
    promise: 'answers every form of a request for another user’s task as one for a missing task',
    severity: 'critical',
    cells: forms.flatMap(cellsOf),
    fix: 'look for the task by owner and id first, whatever the body and the preconditions say',
    run: async (context) => {
      const absent = await missing(context)
      for (const { form, exchange } of (await formAttack(context)).heard)
        if (!isConditional(form) || ![304, 412].includes(exchange.response?.status ?? 0))
          expectAlike(context, exchange, absent.get(form.route.name) as Exchange)
    },
  },
  'I-35': {
    promise: 'changes nothing of a task by any form of a request of another user',
    severity: 'critical',
    fix: 'put the owner into the condition of every statement that writes',
    run: async (context) => {
      const { before, after } = await formAttack(context)
      if (!context.expectStatus(after, 200)) return
      const changed = differing(taskIn(before), taskIn(after))
      context.expect(changed.length === 0, after, 'the task as it was', `changed: ${changed}`)
      context.expect(etagIn(before) === etagIn(after), after, 'the same ETag')
    },
  },
})
