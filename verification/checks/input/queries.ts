import { checksOf } from '../../engine/check.ts'
import { TASKS } from '../../engine/check-context.ts'
import { isFromOutside } from '../../engine/http/edge.ts'
import { tasksIn } from '../tasks.ts'
import { plainRefusals } from './every-route/lenient-queries.ts'
import { expectRefusals } from './every-route/spoilt.ts'
import { common } from './expectations.ts'

/** A pause that only a database makes which runs what it is sent. */
const SLEEP_S = 4
const SLOW_MS = 3_000
const LONG_URL = 8 * 1024

/** What a query may hold. */
export const queries = checksOf(common, {
  'V-13': {
    promise: 'refuses values of the query that mean nothing',
    severity: 'medium',
    fix: 'validate the query as strictly as a body; answer 422 validation_failed',
    run: async (context) => expectRefusals(context, await plainRefusals(context)),
  },
  'V-14': {
    promise: 'takes SQL for the text that it is',
    severity: 'critical',
    fix: 'bind every value as a parameter; choose columns from a list',
    run: async (context) => {
      const text = `' OR (SELECT pg_sleep(${SLEEP_S})) IS NULL OR '1'='1`
      const path = `${TASKS}?per_page=100&search=${encodeURIComponent(text)}`
      const exchange = await context.send({ path, as: 'A' })
      if (!context.expectStatus(exchange, 200)) return
      const others = tasksIn(exchange).filter(
        ({ title, description }) => !`${title}\n${description}`.includes(text),
      )
      context.expect(
        others.length === 0,
        exchange,
        'only tasks that hold this very text',
        `${others.length} others`,
      )
      context.expectWithin(exchange, SLOW_MS, 'no pause, as if pg_sleep had run')
    },
  },
  'V-16': {
    promise: 'refuses a query that is not encoded as a query must be',
    severity: 'medium',
    fix: 'catch the error of decoding and answer 400 malformed_request',
    run: async (context) => {
      const broken = await context.send({
        ...{ path: `${TASKS}?search=%zz`, as: 'A' },
        parserMayRefuse: true,
      })
      if (!isFromOutside(broken))
        context.expectProblem(broken, 'malformed_request', 'validation_failed')
      // Well encoded, and no UTF-8: what is made of it is left to the server, in words of its own (G-22).
      const bytes = await context.send({
        ...{ path: `${TASKS}?search=%ff%fe`, as: 'A' },
        parserMayRefuse: true,
      })
      context.expect((bytes.response?.status ?? 0) < 500, bytes, 'no failure')
    },
  },
  'V-20': {
    promise: 'lets no value break out into a header',
    severity: 'high',
    fix: 'encode values that go into Link or Location',
    run: async (context) => {
      const path = `${TASKS}?per_page=1&search=vrf%0d%0aX-Vrf-Injected:%201%0d%0aSet-Cookie:%20vrf=1`
      const exchange = await context.send({ path, as: 'A', parserMayRefuse: true })
      const { status = 0, headers } = exchange.response ?? {}
      context.expect(status < 500, exchange, 'no failure')
      context.expect(
        !headers?.has('x-vrf-injected') && !headers?.has('set-cookie'),
        exchange,
        'no header out of a value',
        'a line break in a value began a header',
      )
    },
  },
  'V-22': {
    promise: 'does not fail over an address of 8 KB, nor a page beyond 64 bits',
    severity: 'low',
    requirements: ['US1', 'EC-1'],
    fix: 'answer as to any other, or 414',
    run: async (context) => {
      const path = `${TASKS}?page=${2n ** 64n}&vrf=${'a'.repeat(LONG_URL)}`
      const exchange = await context.send({ path, as: 'A', parserMayRefuse: true })
      const { status = 0 } = exchange.response ?? {}
      // So far a page may be beyond all numbers, too.
      const answers = [200, 400, 414, 422, 431]
      context.expect(answers.includes(status), exchange, `status ${answers.join(', ')}`)
    },
  },
})
