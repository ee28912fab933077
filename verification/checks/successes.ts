import type { HttpRequest } from '../engine/http/exchange.ts'
import type { Route } from '../engine/matrix.ts'
import { validRequest } from '../engine/valid-request.ts'
import { oncePerRun } from './once-per-run.ts'
import { listRoute } from './orders.ts'
import { asPage } from './pages.ts'
import { servedRoutes, statusCell, successesOf } from './provocations.ts'
import { inChunks, withHeaders } from './shapes.ts'
import { etagIn, neverIssued, taskIn } from './tasks.ts'

/** Spellings of the scheme, which are all the same (RFC 9110 §11.1). */
const schemes = ['bearer', 'BEARER', 'bEARER']

/** One slash at the end is none (contract §1): by HEAD they are asked for without. */
const slashed = ({ method, path }: HttpRequest): string =>
  method === 'HEAD' || path === '/' ? path : `${path}/`

const order = ['POST', 'GET', 'HEAD', 'completeTask', 'PATCH', 'PUT', 'DELETE']
const placeOf = ({ id, method }: Route) => order.findIndex((it) => it === id || it === method)
const byOrder = (one: Route, other: Route) => placeOf(one) - placeOf(other)

/** In chunks, under a condition that holds, and of what is not so yet: the list behind it tells whether it was kept. */
const completion = (request: HttpRequest, etag: string): HttpRequest =>
  inChunks(withHeaders({ ...request, json: { completed: false } }, ['If-Match', etag]))

/**
 * The life of a task as a page of the frontend leads it, and what is there for everybody: each success of each
 * operation by every method, once, and the same list again right behind the completion: hardly anybody else writes by then,
 * so that it is an old one of whoever keeps lists too long. Without users it is what is there for everybody.
 */
export const successes = oncePerRun(async (context) => {
  const { users } = context.settings
  const due = servedRoutes.filter(({ operation }) => users || operation.access === 'anyone')
  const all = due
    .toSorted(byOrder)
    .flatMap((route) => successesOf(route).map((status) => ({ route, status })))
  const seen = []
  let [id, etag] = [neverIssued(), '']
  let list: HttpRequest | undefined
  for (const [turn, { route, status }] of all.entries()) {
    const valid = validRequest(context, route, id)
    const plain = route.id === 'completeTask' ? completion(valid, etag) : valid
    const request: HttpRequest = {
      ...{ ...plain, path: slashed(plain) },
      ...(route.operation.access === 'owner' && {
        as: 'A',
        scheme: schemes[turn % schemes.length],
      }),
      ...(status === 304 && { headers: [['If-None-Match', etag]] }),
      covers: [statusCell(route, status)],
    }
    const exchange = await context.send(asPage(context, request, turn))
    if (status === 201) [id, etag] = [taskIn(exchange).id ?? id, etagIn(exchange)]
    seen.push({ route, status, exchange })
    if (route === listRoute) list = exchange.request
    if (route.id === 'completeTask' && list) await context.send(list)
  }
  return seen
})
