import { checksOf } from '../../engine/check.ts'
import { headerOf, membersOf } from '../../engine/http/exchange.ts'
import { refusals, TOO_MANY } from '../consistency/keys/bad-keys.ts'
import { completions } from '../consistency/keys/keyed-requests.ts'
import { concurrentHealth, livez, longestId, root, tooLongId } from '../health/exchanges.ts'
import { brief, common } from './expectations.ts'

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
      const [good, bad] = [longestId(context), tooLongId]
      const [kept, replaced] = await Promise.all([livez(context), root(context)])
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
      for (const read of (await concurrentHealth(context)).reads) context.expectStatus(read, 200)
      context.expectProblem((await completions(context)).removed, 'task_not_found')
    },
  },
})
