import { setTimeout as pause } from 'node:timers/promises'
import { checksOf } from '../../engine/check.ts'
import { type CheckContext, Inapplicable, TASKS } from '../../engine/check-context.ts'
import { type Exchange, headerOf } from '../../engine/http/exchange.ts'
import { expect401 } from '../authentication/unauthorized.ts'

/** Long enough for an answer, and short enough to wait for. */
const SOON_MS = 2_000
/** What two clocks that agree may yet differ by. */
const DOUBT_MS = 800
const SKEW_MAX_MS = 3_000

/** How far the clock of the target, which tells whole seconds, is behind ours at most. */
const delay = ({ response, startedAt }: Exchange): number => {
  const date = Date.parse(headerOf(response, 'date') ?? '')
  return Number.isNaN(date) ? 1_000 : Math.max(0, startedAt - date)
}

/** The token that ends next, but not before it can be shown. */
const nextToEnd = ({ settings: { vectors } }: CheckContext) => {
  const [next] = (vectors?.vectors ?? [])
    .filter(({ check }) => check === 'D-54')
    .map(({ token, during: [, until] = [0, 0] }) => ({ token, until: until * 1000 }))
    .filter(({ until }) => until > Date.now() + SOON_MS)
    .toSorted((one, other) => one.until - other.until)
  if (!next) throw new Inapplicable('the tokens in VECTORS were not made right before the run')
  return next
}

export const ofExpiry = checksOf(
  { requirements: ['US2'], record: 'ADR-0010', needs: ['users', 'keys'] } as const,
  {
    'D-54': {
      promise: 'refuses a token once it has expired, though it was taken before',
      severity: 'critical',
      fix: 'whatever is remembered of a token, compare its times with the clock at every request',
      run: async (context) => {
        const { token, until } = nextToEnd(context)
        const request = { path: TASKS, authorization: `Bearer ${token}` }
        const taken = await context.send(request)
        const late = delay(taken)
        // Whose clock is ahead has refused it already, and by a clock far behind it is good for long.
        if (taken.response?.status === 401 || late > SKEW_MAX_MS)
          throw new Inapplicable('the clock of the target is another than ours')
        if (!context.expectStatus(taken, 200)) return
        await pause(Math.max(0, until + DOUBT_MS + late - Date.now()))
        const exchange = await context.send(request)
        expect401(context, exchange, 'a token that has expired since it was taken', 'token_expired')
      },
    },
  },
)
