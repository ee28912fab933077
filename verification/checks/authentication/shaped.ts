import { checksOf } from '../../engine/check.ts'
import { TASKS } from '../../engine/check-context.ts'
import { type Cell, ownerRoutes } from '../../engine/matrix.ts'
import { validRequest } from '../../engine/valid-request.ts'
import { inEveryShape, type Shaped } from '../shapes.ts'
import { etagIn } from '../tasks.ts'
import { aboutUsers, fixture, forgeriesIn, sessionOf } from './session.ts'
import { expect401 } from './unauthorized.ts'

const shaped = inEveryShape(ownerRoutes)
const cellOf = ({ route, shape }: Shaped): Cell => ({
  route,
  dimension: 'token',
  value: `a bad signature, ${shape.name}`,
})

export const shapedChecks = checksOf(aboutUsers, {
  'A-88': {
    promise: 'verifies the signature whatever else a request carries and however it is written',
    severity: 'critical',
    cells: shaped.map(cellOf),
    fix: 'verify the token before anything of the request is looked at, in one place for all routes',
    run: async (context) => {
      const { a } = await fixture(context)
      const known = await context.send({ path: `${TASKS}/${a.id}`, as: 'A' })
      const [bad] = (await forgeriesIn(context)).filter(({ check }) => check === 'A-30')
      await Promise.all(
        shaped.map(async (it) => {
          const request = validRequest(context, it.route, a.id)
          if (request.json) sessionOf(context).refusedTitles.push(request.json.title)
          const exchange = await context.send({
            ...it.shape.of(request, context, etagIn(known)),
            authorization: `${bad?.authorization}`,
            covers: [cellOf(it)],
          })
          const what = `a bad signature on ${it.route.name} with ${it.shape.name}`
          expect401(context, exchange, what, 'token_invalid')
        }),
      )
    },
  },
})
