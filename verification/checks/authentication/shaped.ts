import { checksOf } from '../../engine/check.ts'
import { TASKS } from '../../engine/check-context.ts'
import { type Exchange, problemIn } from '../../engine/http/exchange.ts'
import { type Cell, ownerRoutes } from '../../engine/matrix.ts'
import { validRequest } from '../../engine/valid-request.ts'
import { askShaped, inAllShapes, type Shaped } from '../ask-shaped.ts'
import { dealt } from '../dealt.ts'
import { oncePerRun } from '../once-per-run.ts'
import { etagIn } from '../tasks.ts'
import { beside, bodiless, type Oddly } from './elsewhere/beside.ts'
import { oddPlaces, sendOddly } from './in-form.ts'
import { everywhere } from './refuse-all.ts'
import { aboutUsers, fixture, forgeriesIn, sessionOf } from './session.ts'
import { expect401 } from './unauthorized.ts'

const all = inAllShapes(ownerRoutes, [...beside, ...bodiless])
const plain = everywhere('A-30')
const cellsOf = ({ route, names }: Shaped): Cell[] =>
  names.map((name) => ({ route, dimension: 'token', value: `a bad signature, ${name}` }))

/**
 * A bad signature on every route in all shapes at once, each time a bad one of another kind: where that is refused, it is
 * refused plainly as well.
 */
const badlySigned = oncePerRun(async (context) => {
  const { a } = await fixture(context)
  const known = await context.send({ path: `${TASKS}/${a.id}`, as: 'A' })
  const ways = (await forgeriesIn(context)).filter(({ check }) => check === 'A-30')
  const bad = dealt(ways, all.length, context.settings.seed)
  const sendAs = (authorization: string, odd: Oddly | undefined) => (it: Shaped) => {
    const request = validRequest(context, it.route, a.id)
    if (request.json) sessionOf(context).refusedTitles.push(request.json.title)
    const shaped = {
      ...it.of(request, context, etagIn(known)),
      authorization,
      covers: [...cellsOf(it), ...plain.filter(({ route }) => route === it.route)],
    }
    return sendOddly(context, shaped, odd)
  }
  const isRight = ({ response }: Exchange) => response?.status === 401
  const odd = oddPlaces(
    all.map(({ route }) => route),
    context.settings.seed,
  )
  const asked = all.map((it, turn) => {
    const authorization = `${bad[turn]?.authorization}`
    // The scheme has no case (RFC 9110 §11.1): every second one in small letters.
    const spelt = turn % 2 === 0 ? authorization : authorization.replace(/^Bearer/, 'bearer')
    return askShaped(it, sendAs(spelt, odd.get(turn)), isRight)
  })
  return (await Promise.all(asked)).flat()
})

const isPlain = ({ names }: Shaped): boolean => names.length === 0

export const shapedChecks = checksOf(
  {
    ...aboutUsers,
    severity: 'critical',
    fix: 'verify the signature over the parts as they were sent, before anything of the request is looked at',
  },
  {
    'A-30': {
      promise: 'refuses a signature that is wrong in any part of it',
      cells: plain,
      run: async (context) => {
        for (const { shaped, exchange } of await badlySigned(context)) {
          if (problemIn(exchange).code === 'token_invalid') sessionOf(context).forged.push(exchange)
          if (isPlain(shaped))
            expect401(context, exchange, `a bad signature on ${shaped.route.name}`, 'token_invalid')
        }
      },
    },
    'A-88': {
      promise: 'verifies the signature whatever else a request carries and however it is written',
      cells: all.flatMap(cellsOf),
      run: async (context) => {
        for (const { shaped, exchange } of await badlySigned(context)) {
          if (isPlain(shaped)) continue
          const what = `a bad signature on ${shaped.route.name} with ${shaped.names.join(', ')}`
          expect401(context, exchange, what, 'token_invalid')
        }
      },
    },
  },
)
