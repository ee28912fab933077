import { checksOf } from '../../../engine/check.ts'
import { about, expectTag } from '../expectations.ts'
import { conditionCell, failing, holding, ignored, judged, removed } from './conditions.ts'

export const ofPreconditions = checksOf(about, {
  'D-27': {
    promise: 'refuses a change of another state than the one it names, in every operation',
    severity: 'high',
    cells: failing.map(conditionCell),
    fix: 'put the version into the condition of every statement that writes, DELETE included',
    run: async (context) => {
      const { etag, refused, after } = await judged(context)
      for (const exchange of refused) context.expectProblem(exchange, 'precondition_failed')
      if (context.expectStatus(after, 200)) expectTag(context, after, etag)
    },
  },
  'D-28': {
    promise: 'lets a change through that names the present state, in every operation',
    severity: 'high',
    cells: holding.map(conditionCell),
    fix: 'read If-Match as a list of tags or as *, wherever it is taken (RFC 9110 §13.1.1)',
    run: async (context) => {
      for (const exchange of (await judged(context)).granted) context.expectStatus(exchange, 200)
      for (const exchange of await removed(context)) context.expectStatus(exchange, 204)
    },
  },
  'D-29': {
    promise: 'hears no precondition where it has no say',
    severity: 'medium',
    cells: ignored.map(conditionCell),
    fix: 'read If-Match where a task is written and If-None-Match where it is read',
    run: async (context) => {
      for (const exchange of (await judged(context)).unheard)
        context.expectStatus(exchange, exchange.method === 'POST' ? 201 : 200)
      for (const exchange of await removed(context)) context.expectStatus(exchange, 204)
    },
  },
})
