import type { Exchange } from '../../../engine/http/exchange.ts'
import type { Cell } from '../../../engine/matrix.ts'
import { validRequest } from '../../../engine/valid-request.ts'
import { askShaped, inAllShapes, type Shaped } from '../../ask-shaped.ts'
import { oncePerRun } from '../../once-per-run.ts'
import { statusCell } from '../../provocations.ts'
import { conditional, conditionCell, under, unlike } from './condition.ts'
import { settled } from './edits.ts'

const all = inAllShapes(conditional)
const cellsOf = ({ route, names }: Shaped): Cell[] =>
  names.map((name) => ({ route, dimension: 'precondition', value: `another tag, ${name}` }))
const unlikeOn = ({ route }: Shaped) => unlike.filter((it) => it.route === route)

export const shapedCells: readonly Cell[] = all.flatMap((it) => [
  ...cellsOf(it),
  ...unlikeOn(it).map(conditionCell),
])

/** A change under another tag in every shape. */
export const changedInShapes = oncePerRun(async (context) => {
  const { id, etag, earlier } = await settled(context)
  const send = (it: Shaped) => {
    const request = it.of(validRequest(context, it.route, id), context, etag)
    const rider = under(unlikeOn(it), etag, earlier)
    const headers = [...rider.headers, ...(request.headers ?? [])]
    const covers = [...cellsOf(it), ...rider.covers, statusCell(it.route, 412)]
    return context.send({ ...request, headers, as: 'A', covers })
  }
  const isRight = ({ response }: Exchange) => response?.status === 412
  return (await Promise.all(all.map((it) => askShaped(it, send, isRight)))).flat()
})
