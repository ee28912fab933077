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

/** Contract §1. */
const BODY_MAX = 64 * 1024
/** Far beyond what a limit of 64 KiB may let through, and beyond the buffers on the way. */
const HUGE = 2 * 1024 * 1024
/** As deep as the limit on bodies allows: parsers that recurse run out of stack far earlier. */
const DEPTH = 25_000
const PATIENCE_MS = 3_000

/** A body of exactly so many bytes, by white space that JSON allows (RFC 8259 §2). */
const padded = (text: string, bytes: number): string =>
  `${text.slice(0, -1)}${' '.repeat(bytes - Buffer.byteLength(text))}}`

/** Bodies that are made to exhaust or to pollute whoever parses them. */
export const sizes = checksOf(common, {
  'V-04': {
    promise: 'takes 64 KiB and not a byte more',
    severity: 'medium',
    fix: 'limit the body to 65536 bytes, counted while it arrives, and answer 413 body_too_large',
    run: async (context) => {
      const text = bodyText(context)
      await expectCreated(context, { body: padded(text, BODY_MAX), headers: [JSON_TYPE] })
      await expectTextRefused(context, padded(bodyText(context), BODY_MAX + 1), 'body_too_large')
      const huge = await context.send({
        method: 'POST',
        path: TASKS,
        as: 'A',
        body: padded(bodyText(context), HUGE),
        headers: [JSON_TYPE],
      })
      // A server may hang up on whoever goes on sending (RFC 9110 §15.5.14): a refusal as well.
      if (huge.response) context.expectProblem(huge, 'body_too_large')
      else if (/within|in time/.test(huge.trouble ?? ''))
        context.expect(false, huge, '2 MB to be refused')
    },
  },
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
