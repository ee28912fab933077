import { problemsOf } from '../../adapters/http/contract/operation.ts'
import { type ProblemCode, problems } from '../../adapters/http/contract/problems.ts'
import { type Cell, type Route, routes } from '../engine/matrix.ts'

/** What a caller can bring about, by what is sent alone. */
const provocable: ReadonlySet<ProblemCode> = new Set([
  ...(['malformed_request', 'token_missing', 'origin_not_allowed', 'task_not_found'] as const),
  ...(['precondition_failed', 'body_too_large', 'unsupported_media_type'] as const),
  'validation_failed',
])

/** The statuses of these refusals of an operation. Without a body nothing is malformed. */
const refusalsOf = ({ operation }: Route): number[] =>
  problemsOf(operation)
    .filter((code) => provocable.has(code) && (code !== 'malformed_request' || operation.body))
    .map((code) => problems[code].status)

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
  ...refusalsOf(route).map((status) => statusCell(route, status)),
])
