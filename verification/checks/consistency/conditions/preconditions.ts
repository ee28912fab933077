import { checksOf } from '../../../engine/check.ts'
import type { Exchange } from '../../../engine/http/exchange.ts'
import { about, expectChanged, expectTag, replays } from '../expectations.ts'
import { unkeyedCells } from '../keys/bad-keys.ts'
import { completions } from '../keys/keyed-requests.ts'
import { conditionCell, holding, ignored, malformed } from './condition.ts'
import { judged, removed, unheardAnywhere } from './conditions.ts'
import { edits } from './edits.ts'
import { changedInShapes, shapedCells } from './shaped-changes.ts'

const successOf = ({ method }: Exchange): number => ({ POST: 201, DELETE: 204 })[method] ?? 200
const isOfKey = ({ response }: Exchange): boolean => [400, 409, 422].includes(response?.status ?? 0)

export const ofPreconditions = checksOf(about, {
  'D-27': {
    promise: 'refuses a change of another state than the one it names, in every operation',
    severity: 'high',
    cells: malformed.map(conditionCell),
    fix: 'put the version into the condition of every statement that writes, DELETE included',
    run: async (context) => {
      const { etag, refused, invalid, after } = await judged(context)
      context.expectProblem(invalid, 'validation_failed')
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
      const granted = (await edits(context)).flatMap(({ idle }) => idle)
      // What the key beside the precondition is held against is for D-38 to tell.
      for (const exchange of granted) if (!isOfKey(exchange)) context.expectStatus(exchange, 200)
      for (const exchange of await removed(context)) context.expectStatus(exchange, 204)
    },
  },
  'D-41': {
    promise: 'refuses a change of another state however the request is written',
    severity: 'high',
    cells: shapedCells,
    fix: 'read If-Match in one place for all operations that take it',
    run: async (context) => {
      for (const { exchange } of await changedInShapes(context))
        context.expectProblem(exchange, 'precondition_failed')
      const { etag, after } = await judged(context)
      if (context.expectStatus(after, 200)) expectTag(context, after, etag)
    },
  },
  'D-38': {
    promise: 'neither judges nor keeps a key where keys have no say',
    severity: 'medium',
    cells: unkeyedCells,
    fix: 'read Idempotency-Key where a task is created or completed, and nowhere else',
    run: async (context) => {
      const steps = (await edits(context)).flatMap((it) => it.steps)
      for (const { change, after } of steps.filter(({ used }) => used)) {
        if (!context.expectStatus(after, 200)) continue
        expectChanged(context, after, change)
        context.expect(!replays(after), after, 'no Idempotency-Replayed')
      }
      context.expectProblem((await completions(context)).removed, 'task_not_found')
      for (const exchange of await unheardAnywhere(context))
        if (exchange.response?.status !== 412) {
          context.expectStatus(exchange, successOf(exchange))
          context.expect(!replays(exchange), exchange, 'no Idempotency-Replayed')
        }
    },
  },
  'D-29': {
    promise: 'hears no precondition where it has no say',
    severity: 'medium',
    cells: ignored.map(conditionCell),
    fix: 'read If-Match where a task is written and If-None-Match where it is read',
    run: async (context) => {
      for (const exchange of await unheardAnywhere(context))
        if (!isOfKey(exchange)) context.expectStatus(exchange, successOf(exchange))
    },
  },
})
