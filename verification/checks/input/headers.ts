import { checksOf } from '../../engine/check.ts'
import { headerOf, membersOf } from '../../engine/http/exchange.ts'
import { refusals, TOO_MANY } from '../consistency/keys/bad-keys.ts'
import { concurrentHealth, livez, longestId } from '../health/exchanges.ts'
import { NOBODYS_TASK } from '../tasks.ts'
import { brief, common, JSON_TYPE } from './expectations.ts'

/** What the headers of a request may hold. */
export const headers = checksOf(common, {
  'V-27': {
    promise: 'refuses an Idempotency-Key that is too long to be one',
    severity: 'low',
    fix: '1 to 255 visible ASCII characters, judged before anything is written',
    run: async (context) => {
      for (const { name, route, exchange } of await refusals(context))
        if (name === TOO_MANY && route.id === 'createTask') {
          if (!context.expectProblem(exchange, 'validation_failed')) continue
          const { errors } = membersOf<{ errors?: { field: unknown }[] }>(exchange)
          const isNamed = errors?.some(({ field }) => /^idempotency-key$/i.test(`${field}`))
          context.expect(isNamed === true, exchange, 'errors that name the header')
        }
    },
  },
  'V-28': {
    promise: 'keeps a request id that is one and replaces any other',
    severity: 'low',
    needs: [],
    fix: 'keep 1 to 64 of [A-Za-z0-9._-], else make a new id: it ends up in the log',
    run: async (context) => {
      const [good, bad] = [longestId(context), `vrf-${'z'.repeat(61)}`]
      const headers = [['X-Request-Id', bad]] as const
      const [kept, replaced] = await Promise.all([
        livez(context),
        context.send({ path: '/livez', headers }),
      ])
      for (const exchange of [kept, replaced]) context.expectStatus(exchange, 200)
      const seen = headerOf(kept.response, 'x-request-id')
      context.expect(seen === good, kept, 'an id of 64 characters kept', `X-Request-Id: ${seen}`)
      const other = headerOf(replaced.response, 'x-request-id') ?? ''
      context.expect(
        other !== '' && !bad.startsWith(other),
        replaced,
        'an id of 65 characters replaced by another',
        `X-Request-Id: ${brief(other)}`,
      )
    },
  },
  'V-30': {
    promise: 'takes a Content-Type without a body for no error, as browsers send it',
    severity: 'medium',
    requirements: ['US1', 'FR-004'],
    fix: 'look at Content-Type only where there is a body',
    run: async (context) => {
      const headers = [JSON_TYPE]
      for (const read of (await concurrentHealth(context)).reads) context.expectStatus(read, 200)
      const path = NOBODYS_TASK
      const gone = await context.send({ method: 'DELETE', path, as: 'A', headers })
      context.expectProblem(gone, 'task_not_found')
    },
  },
})
