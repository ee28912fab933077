import { checksOf } from '../../engine/check.ts'
import { newTask, TASKS } from '../../engine/check-context.ts'
import { NOBODYS_TASK, taskIn } from '../tasks.ts'
import { brief, common, expectCreated, expectRefused, expectValuesRefused } from './expectations.ts'

/** Whatever normalisation, escaping or a narrow column would change on the way. */
const fragile = [
  '  leading, and a tab\t, lines\r\nand\nbreaks',
  'e\u0301 \u00e9 \u212b \ufb01',
  '\u{1f469}\u200d\u{1f469}\u200d\u{1f467} \u{1f3f4}\u{e0067}\u{e007f}',
  '\u202eright to left \u05d0\u0628\u202c zero\u200bwidth',
  '\u0430 is not a',
  '<script>alert(1)</script> &amp; \\ \\u0041 %00 %s {{7*7}}',
  `'; DROP TABLE tasks; --  `,
].join('\n')

/** What members may hold (contract §3). */
export const values = checksOf(common, {
  'V-07': {
    promise: 'refuses NUL, which PostgreSQL cannot store',
    severity: 'high',
    requirements: ['US1', 'EC-1'],
    fix: 'check every text for U+0000 before it reaches the database',
    run: (context) => expectValuesRefused(context, { title: `${context.canary()}\u0000` }),
  },
  'V-08': {
    promise: 'refuses half a surrogate pair, which is no character',
    severity: 'medium',
    requirements: ['US1', 'EC-1'],
    fix: 'check texts for lone surrogates (isWellFormed) before they reach the database',
    run: (context) => expectValuesRefused(context, { description: 'vrf \ud83e' }),
  },
  'V-09': {
    promise: 'gives text back as it came, in any script',
    severity: 'medium',
    fix: 'no normalising, escaping or trimming of what is stored; escape where it is shown',
    run: async (context) => {
      const title = `${context.canary()} ${fragile.split('\n').slice(2, 4).join(' ')} ' OR 1=1`
      const made = await expectCreated(context, {
        json: newTask(context, { title, description: fragile }),
      })
      if (!made) return
      const read = await context.send({ path: `${TASKS}/${made.task.id}`, as: 'A' })
      for (const exchange of [made.exchange, read]) {
        const seen = taskIn(exchange)
        context.expect(seen.title === title, exchange, 'the title as sent', brief(seen.title))
        context.expect(
          seen.description === fragile,
          exchange,
          'the description as sent',
          brief(seen.description),
        )
      }
    },
  },
  'V-11': {
    promise: 'takes no value for another: neither "true" for true nor 1 for "1"',
    severity: 'medium',
    fix: 'switch off coercion in the validator',
    run: (context) => expectValuesRefused(context, { completed: 'true' }, { title: 1 }),
  },
  'V-12': {
    promise: 'ignores members that it does not know or that are its own to set',
    severity: 'high',
    fix: 'store named members only',
    run: async (context) => {
      const past = '2001-02-03T04:05:06.789Z'
      const id = '00000000-0000-7000-8000-000000000000'
      const theirs = { id, user_id: 'vrf-nobody', created_at: past, updated_at: past, owner: 'vrf' }
      const made = await expectCreated(context, { json: newTask(context, theirs) })
      if (!made) return
      const { exchange, task } = made
      const taken = Object.entries(theirs).filter(
        ([name, value]) => (task as unknown as Record<string, unknown>)[name] === value,
      )
      context.expect(taken.length === 0, exchange, 'none of them taken over', brief(taken))
    },
  },
  'V-26': {
    promise: 'takes null only where it means something',
    severity: 'low',
    fix: 'null clears description and due_date; anywhere else answer 422',
    run: async (context) => {
      const path = `${NOBODYS_TASK}/complete`
      await Promise.all([
        expectValuesRefused(context, { priority: null }),
        // Values are judged before the task is looked for (contract §1): none is needed here.
        expectRefused(
          context,
          { method: 'PATCH', path, json: { completed: null } },
          'validation_failed',
        ),
      ])
    },
  },
})
