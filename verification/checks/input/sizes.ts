import { checksOf } from '../../engine/check.ts'
import { newTask, TASKS } from '../../engine/check-context.ts'
import { taskIn } from '../tasks.ts'
import {
  bodyText,
  brief,
  common,
  expectCreated,
  expectTextRefused,
  JSON_TYPE,
} from './expectations.ts'

/** As deep as the limit on bodies allows: parsers that recurse run out of stack far earlier. */
const DEPTH = 25_000
const PATIENCE_MS = 3_000

/** Bodies that are made to exhaust or to pollute whoever parses them. */
export const sizes = checksOf(common, {
  'V-05': {
    promise: 'is not brought down by a body nested to any depth',
    severity: 'medium',
    requirements: ['US1', 'EC-1'],
    fix: 'bound the depth or parse without recursion; answer 400 or 422',
    run: async (context) => {
      const title = `${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`
      const exchange = await expectTextRefused(
        context,
        `{"title":${title}}`,
        'malformed_request',
        'validation_failed',
      )
      context.expectWithin(exchange, PATIENCE_MS, `an answer within ${PATIENCE_MS / 1000} s`)
    },
  },
  'V-06': {
    promise: 'gives members called __proto__ and constructor no effect',
    severity: 'high',
    fix: 'copy named members only; never merge a parsed body into an object',
    run: async (context) => {
      const evil = '{"completed":true,"priority":"high","description":"vrf-polluted"}'
      const body = `{"__proto__":${evil},"constructor":{"prototype":${evil}},${bodyText(context).slice(1)}`
      const made = await context.send({
        method: 'POST',
        path: TASKS,
        as: 'A',
        body,
        headers: [JSON_TYPE],
      })
      if (made.response?.status === 400) context.expectProblem(made, 'malformed_request')
      else context.expectStatus(made, 201)
      // What is polluted shows in the defaults of whatever comes next.
      const next = await expectCreated(context, { json: newTask(context) })
      for (const exchange of [made, next?.exchange]) {
        if (exchange?.response?.status !== 201) continue
        const { completed, priority, description } = taskIn(exchange)
        context.expect(
          completed === false && priority === 'medium' && description === null,
          exchange,
          'the defaults of a new task',
          brief({ completed, priority, description }),
        )
      }
    },
  },
})
