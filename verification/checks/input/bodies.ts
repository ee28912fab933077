import { checksOf } from '../../engine/check.ts'
import { TASKS } from '../../engine/check-context.ts'
import { taskIn } from '../tasks.ts'
import { brief, common } from './expectations.ts'
import { largest } from './lengths.ts'

/** How a body is written, before anything in it means something. */
export const bodies = checksOf(common, {
  'V-29': {
    promise: 'takes JSON with parameters, and a merge patch, which clears with null',
    severity: 'medium',
    requirements: ['US1', 'FR-007'],
    fix: 'ignore parameters but charset; on PATCH allow application/merge-patch+json (RFC 7396)',
    run: async (context) => {
      const { exchange } = await largest(context)
      context.control(exchange.response?.status === 201, exchange, 'a task with a description')
      const { id } = taskIn(exchange)
      const change = { method: 'PATCH', path: `${TASKS}/${id}`, as: 'A' } as const
      const merged = await context.send({
        ...change,
        headers: [['Content-Type', 'application/merge-patch+json']],
        json: { description: null, completed: true, due_date: '2000-02-29' },
      })
      if (context.expectStatus(merged, 200)) {
        const { description, due_date } = taskIn(merged)
        context.expect(
          description === null && due_date === '2000-02-29',
          merged,
          'description cleared and due_date as sent',
          brief({ description, due_date }),
        )
      }
      const typed = await context.send({
        ...change,
        headers: [
          ['Content-Type', 'Application/JSON; profile="vrf"; charset=UTF-8'],
          ['Content-Encoding', 'identity'],
        ],
        json: { due_date: null },
      })
      if (!context.expectStatus(typed, 200)) return
      const { due_date, completed } = taskIn(typed)
      context.expect(
        due_date === null && completed === true,
        typed,
        'due_date cleared and completed as it was',
        brief({ due_date, completed }),
      )
    },
  },
})
