import { checksOf } from '../../engine/check.ts'
import { TASKS } from '../../engine/check-context.ts'
import type { Exchange } from '../../engine/http/exchange.ts'
import { type Cell, ownerRoutes } from '../../engine/matrix.ts'
import { validRequest } from '../../engine/valid-request.ts'
import { askShaped, inAllShapes, type Shaped } from '../shapes.ts'
import { etagIn } from '../tasks.ts'
import { aboutUsers, fixture, forgeriesIn, sessionOf } from './session.ts'
import { expect401 } from './unauthorized.ts'

const all = inAllShapes(ownerRoutes)
const cellsOf = ({ route, names }: Shaped): Cell[] =>
  names.map((name) => ({ route, dimension: 'token', value: `a bad signature, ${name}` }))

export const shapedChecks = checksOf(aboutUsers, {
  'A-88': {
    promise: 'verifies the signature whatever else a request carries and however it is written',
    severity: 'critical',
    cells: all.flatMap(cellsOf),
    fix: 'verify the token before anything of the request is looked at, in one place for all routes',
    run: async (context) => {
      const { a } = await fixture(context)
      const known = await context.send({ path: `${TASKS}/${a.id}`, as: 'A' })
      const [bad] = (await forgeriesIn(context)).filter(({ check }) => check === 'A-30')
      const send = (it: Shaped) => {
        const request = validRequest(context, it.route, a.id)
        if (request.json) sessionOf(context).refusedTitles.push(request.json.title)
        return context.send({
          ...it.of(request, context, etagIn(known)),
          authorization: `${bad?.authorization}`,
          covers: cellsOf(it),
        })
      }
      const isRight = ({ response }: Exchange) => response?.status === 401
      const asked = await Promise.all(all.map((it) => askShaped(it, send, isRight)))
      for (const { shaped, exchange } of asked.flat()) {
        const what = `a bad signature on ${shaped.route.name} with ${shaped.names.join(', ')}`
        expect401(context, exchange, what, 'token_invalid')
      }
    },
  },
})
