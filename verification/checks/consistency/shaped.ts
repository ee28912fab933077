import { checksOf } from '../../engine/check.ts'
import { TASKS } from '../../engine/check-context.ts'
import type { Exchange } from '../../engine/http/exchange.ts'
import type { Cell } from '../../engine/matrix.ts'
import { validRequest } from '../../engine/valid-request.ts'
import { askShaped, inAllShapes, type Shaped } from '../ask-shaped.ts'
import { oncePerRun } from '../once-per-run.ts'
import { statusCell } from '../provocations.ts'
import { conditional, conditionCell, under, unlike } from './conditions/condition.ts'
import { settled } from './conditions/edits.ts'
import { about, expectTag } from './expectations.ts'

const all = inAllShapes(conditional)
const cellsOf = ({ route, names }: Shaped): Cell[] =>
  names.map((name) => ({ route, dimension: 'precondition', value: `another tag, ${name}` }))
const unlikeOn = ({ route }: Shaped) => unlike.filter((it) => it.route === route)
const plainCells = (it: Shaped): Cell[] => unlikeOn(it).map(conditionCell)

/** A change under another tag in every shape, and the task after all of them. */
export const changedInShapes = oncePerRun(async (context) => {
  const { id, etag } = await settled(context)
  const send = (it: Shaped) => {
    const request = it.of(validRequest(context, it.route, id), context, etag)
    const rider = under(unlikeOn(it), etag)
    const headers = [...rider.headers, ...(request.headers ?? [])]
    const covers = [...cellsOf(it), ...rider.covers, statusCell(it.route, 412)]
    return context.send({ ...request, headers, as: 'A', covers })
  }
  const isRight = ({ response }: Exchange) => response?.status === 412
  const asked = await Promise.all(all.map((it) => askShaped(it, send, isRight)))
  const after = await context.send({ path: `${TASKS}/${id}`, as: 'A' })
  return { etag, refused: asked.flat(), after }
})

export const ofShapes = checksOf(about, {
  'D-41': {
    promise: 'refuses a change of another state however the request is written',
    severity: 'high',
    cells: all.flatMap((it) => [...cellsOf(it), ...plainCells(it)]),
    fix: 'read If-Match in one place for all operations that take it',
    run: async (context) => {
      const { etag, refused, after } = await changedInShapes(context)
      for (const { exchange } of refused) context.expectProblem(exchange, 'precondition_failed')
      if (context.expectStatus(after, 200)) expectTag(context, after, etag)
    },
  },
})
