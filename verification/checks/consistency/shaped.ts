import { checksOf } from '../../engine/check.ts'
import { TASKS } from '../../engine/check-context.ts'
import { type Cell, taskRoutes } from '../../engine/matrix.ts'
import { validRequest } from '../../engine/valid-request.ts'
import { inEveryShape, type Shaped } from '../shapes.ts'
import { settled } from './conditions/edits.ts'
import { about, expectTag } from './expectations.ts'

const conditional = taskRoutes.filter(({ operation }) => operation.headers?.includes('If-Match'))
const shaped = inEveryShape(conditional)
const cellOf = ({ route, shape }: Shaped): Cell => ({
  route,
  dimension: 'precondition',
  value: `another tag, ${shape.name}`,
})

export const ofShapes = checksOf(about, {
  'D-41': {
    promise: 'refuses a change of another state however the request is written',
    severity: 'high',
    cells: shaped.map(cellOf),
    fix: 'read If-Match in one place for all operations that take it',
    run: async (context) => {
      const { id, etag } = await settled(context)
      await Promise.all(
        shaped.map(async (it) => {
          const request = it.shape.of(validRequest(context, it.route, id), context, etag)
          const headers = [['If-Match', '"another"'] as const, ...(request.headers ?? [])]
          const exchange = await context.send({
            ...{ ...request, headers },
            as: 'A',
            covers: [cellOf(it)],
          })
          context.expectProblem(exchange, 'precondition_failed')
        }),
      )
      const after = await context.send({ path: `${TASKS}/${id}`, as: 'A' })
      if (context.expectStatus(after, 200)) expectTag(context, after, etag)
    },
  },
})
