import { problemsOf } from '../../adapters/http/contract/operation.ts'
import { type ProblemCode, problems } from '../../adapters/http/contract/problems.ts'
import type { CheckContext } from '../engine/check-context.ts'
import type { HttpRequest } from '../engine/http/exchange.ts'
import { type Cell, type Route, routes } from '../engine/matrix.ts'
import { validRequest } from '../engine/valid-request.ts'
import { neverIssued } from './tasks.ts'

/** Above the limit of 64 KiB (contract §1). */
const TOO_LARGE = 70_000

type Provocation = (context: CheckContext, route: Route, id: string) => HttpRequest

/** A valid request but for its body. */
const withBody =
  (body: string, type = 'application/json'): Provocation =>
  (context, route, id) => {
    const { json: _, ...request } = validRequest(context, route, id)
    return { ...request, headers: [['Content-Type', type]], body }
  }

/** How to be refused by an operation on one's own task, by what it refuses with. */
const provocations: Readonly<Partial<Record<ProblemCode, Provocation>>> = {
  malformed_request: withBody('{'),
  token_missing: validRequest,
  origin_not_allowed: (context, route, id) => ({
    ...validRequest(context, route, id),
    headers: [['Origin', `https://stranger.vrf${context.runId}.example`]],
  }),
  task_not_found: (context, route) => validRequest(context, route, neverIssued()),
  precondition_failed: (context, route, id) => ({
    ...validRequest(context, route, id),
    headers: [['If-Match', '"none"']],
  }),
  body_too_large: withBody(JSON.stringify({ title: 'x'.repeat(TOO_LARGE) })),
  unsupported_media_type: withBody('title=x', 'text/plain'),
  validation_failed: (context, route, id) => {
    const request = validRequest(context, route, id)
    if (request.json) return { ...request, json: { title: 0, completed: 0 } }
    return { ...request, path: `${request.path}?per_page=0` }
  },
}

export interface Provoked {
  code: ProblemCode
  provoke: Provocation
  cell: Cell
}

/** Every refusal of an operation that a caller can bring about. Without a body nothing is malformed. */
export const provokedOn = (route: Route): Provoked[] =>
  problemsOf(route.operation).flatMap((code) => {
    const provoke = provocations[code]
    if (!provoke || (code === 'malformed_request' && !route.operation.body)) return []
    return [{ code, provoke, cell: statusCell(route, problems[code].status) }]
  })

/** The successes of an operation. */
export const successesOf = ({ operation }: Route): number[] =>
  Object.keys(operation.responses)
    .map(Number)
    .filter((status) => status < 400)

/** What the headers of an answer with this status say to a page. */
export const statusCell = (route: Route, status: number): Cell => ({
  route,
  dimension: 'header',
  value: String(status),
})

/** The routes that are served everywhere. */
export const servedRoutes = routes.filter(({ operation }) => !operation.documentation)

/** Every status of each of them that a caller can bring about. */
export const statusCells: readonly Cell[] = servedRoutes.flatMap((route) => [
  ...successesOf(route).map((status) => statusCell(route, status)),
  ...provokedOn(route).map(({ cell }) => cell),
])
