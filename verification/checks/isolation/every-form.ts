import { checksOf } from '../../engine/check.ts'
import type { TaskJson } from '../../engine/check-context.ts'
import type { Exchange } from '../../engine/http/exchange.ts'
import type { Cell } from '../../engine/matrix.ts'
import { oncePerRun } from '../once-per-run.ts'
import { etagIn, taskIn } from '../tasks.ts'
import { contested } from './attack.ts'
import { about, expectAlike } from './fixture.ts'
import { type Form, forms } from './forms.ts'
import { missing } from './operations.ts'

const cellsOf = ({ route, names }: Form): Cell[] =>
  names.map((name) => ({ route, dimension: 'owner', value: `another user, ${name}` }))

/** A does to one task of B, which was just changed, whatever can be said in a request, all at once. */
export const formAttack = oncePerRun(async (context) => {
  // What is kept of its former state may be found by another way.
  const { after: before } = await contested(context)
  context.control(before.response?.status === 200, before, 'its owner can read the task')
  const task = taskIn(before) as TaskJson
  const heard = await Promise.all(
    forms.map(async (form) => {
      const request = form.on(context, task, etagIn(before))
      return { form, exchange: await context.send({ ...request, as: 'A', covers: cellsOf(form) }) }
    }),
  )
  return { before, heard }
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
})
