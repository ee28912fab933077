import { checksOf } from '../../engine/check.ts'
import { type CheckContext, TASKS } from '../../engine/check-context.ts'
import { type Exchange, type HttpRequest, headerOf, membersOf } from '../../engine/http/exchange.ts'
import { type Cell, cellsOf, type Route } from '../../engine/matrix.ts'
import { listed } from '../cors/grants.ts'
import { oncePerRun } from '../once-per-run.ts'
import { asPage } from '../pages.ts'
import { servedRoutes } from '../provocations.ts'
import { NOBODYS_TASK } from '../tasks.ts'

const common = { requirements: ['FR-006', 'SC-002'], record: 'ADR-0016' } as const
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/** The methods of a path of the contract. */
const methodsOf = ({ operation: { path } }: Route): string[] =>
  servedRoutes.filter(({ operation }) => operation.path === path).map(({ method }) => method)

/** One route for each path, to stand for it in the table. */
const paths = servedRoutes.filter(
  ({ operation }, index) =>
    servedRoutes.findIndex((other) => other.operation.path === operation.path) === index,
)
/** Where nobody owns anything there is nothing to let through: those paths have one of the methods each. */
const others = paths.flatMap((route, turn) => {
  const unserved = methods.filter((method) => !methodsOf(route).includes(method))
  const isOwned = route.operation.access === 'owner'
  const due = unserved.filter((_, index) => isOwned || index % 4 === turn % 4)
  return cellsOf('header', [route], due)
})
/** One path for everybody and that of a task: what a server makes of these methods does not lie in its operations. */
const some = [
  ...paths.filter(({ operation }) => operation.access === 'anyone').slice(0, 1),
  ...paths.filter(({ operation }) => operation.path.endsWith('{id}')),
]
const traces = cellsOf('header', some, ['TRACE'])
const options = cellsOf('header', some, ['OPTIONS'])
/** By which some hear of another method than the one in the request line. */
const overrides = [
  ['X-HTTP-Method-Override', 'GET'],
  ['X-Method-Override', 'GET'],
  ['X-HTTP-Method', 'GET'],
] as const

/** What else services have beside their ids; here any one segment is an id. */
const NO_ROUTES = ['search', 'count', 'stats', 'bulk', 'export', 'me', 'all', 'new']
const PLAIN = NOBODYS_TASK.slice(TASKS.length + 1)

/** Of a task by this id, which elsewhere may be a path of its own; of what can be done with one by an id like any other. */
const addressOf = ({ route: { operation } }: Cell, id = 'complete'): string =>
  operation.path.replace('{id}', operation.path.endsWith('{id}') ? id : PLAIN)

/** Sends another method to a path, in turn as a page and as a program, without a token: it is not asked for. */
const send = (context: CheckContext, cell: Cell, turn: number, more: Partial<HttpRequest> = {}) => {
  const path = addressOf(cell)
  const request: HttpRequest = { method: cell.value, path, covers: [cell], ...more }
  return context.send(turn % 2 === 0 ? asPage(context, request, turn) : request)
}

/** `OPTIONS` may be named, and HEAD be left out where GET is named (contract §1). */
const expectAllow = (context: CheckContext, exchange: Exchange, route: Route): void => {
  const allow = headerOf(exchange.response, 'allow')
  const named = [...listed(allow)].map((method) => method.toUpperCase())
  const known = methodsOf(route)
  const holds =
    known.every((it) => named.includes(it) || (it === 'HEAD' && named.includes('GET'))) &&
    named.every((it) => known.includes(it) || it === 'OPTIONS')
  context.expect(holds, exchange, `Allow: ${known.join(', ')}`, `Allow: ${allow ?? 'missing'}`)
}

const problemIn = (exchange: Exchange) => membersOf<{ code: unknown }>(exchange).code

/** Which methods there are, asked with no good token and in the words of another method. */
export const askedForMethods = oncePerRun((context) =>
  Promise.all(
    options.map(async (cell, turn) => {
      const path = `${addressOf(cell, PLAIN)}?_method=GET`
      const more = { path, headers: overrides, authorization: 'Bearer none' }
      return { cell, exchange: await send(context, cell, turn, more) }
    }),
  ),
)

/** Which methods there are. */
export const methodChecks = checksOf(common, {
  'X-07': {
    promise: 'refuses every other method on every path and names those that there are',
    severity: 'medium',
    fix: 'answer a known path with 405 and an Allow of just its methods, before looking at tokens',
    cells: others,
    run: async (context) => {
      const tried = others.map(async (cell, turn) => {
        const exchange = await send(context, cell, turn)
        if (cell.value === 'HEAD') context.expectStatus(exchange, 405)
        else context.expectProblem(exchange, 'method_not_allowed')
        expectAllow(context, exchange, cell.route)
      })
      await Promise.all(tried)
    },
  },
  'X-10': {
    promise: 'serves TRACE nowhere',
    severity: 'medium',
    fix: 'serve the methods of the contract and no other',
    cells: traces,
    run: async (context) => {
      const canary = context.canary()
      const headers = [['X-Vrf-Echo', canary]] as const
      const tried = traces.map(async (cell, turn) => {
        const word = NO_ROUTES[context.settings.seed % NO_ROUTES.length]
        const path = addressOf(cell, word)
        const trace = await send(context, cell, turn, { path, headers, parserMayRefuse: true })
        const { status = 0, text = '' } = trace.response ?? {}
        // Refused by a proxy it is served as little.
        if (trace.edge && status < 500) return
        context.expect(status >= 400 && !text.includes(canary), trace, 'TRACE is refused')
        context.expect(status !== 404, trace, 'a path that is known by every method')
        if (problemIn(trace) === 'method_not_allowed') expectAllow(context, trace, cell.route)
      })
      await Promise.all(tried)
    },
  },
  'X-11': {
    promise: 'tells by OPTIONS which methods there are, or does not know it',
    severity: 'low',
    fix: 'answer OPTIONS that is no preflight with 204 and Allow, or as any other method',
    cells: options,
    run: async (context) => {
      const path = `/vrf-${context.runId}`
      // As a preflight, but from no page.
      const headers = [['Access-Control-Request-Method', 'PUT']] as const
      const [unknown, asked] = await Promise.all([
        context.send({ method: 'OPTIONS', path, headers }),
        askedForMethods(context),
      ])
      for (const { cell, exchange } of asked) {
        context.expectStatus(exchange, 204, 405)
        expectAllow(context, exchange, cell.route)
      }
      context.expectStatus(unknown, 404, 204)
    },
  },
})
