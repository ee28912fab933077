import { checksOf } from '../../engine/check.ts'
import { type CheckContext, NotInProduction } from '../../engine/check-context.ts'
import type { Exchange, HttpRequest } from '../../engine/http/exchange.ts'
import { isLoopback } from '../../engine/setting-values.ts'
import { dealt, type Way } from '../dealt.ts'
import { nowhere } from '../health/exchanges.ts'
import { oncePerRun } from '../once-per-run.ts'
import { asPage } from '../pages.ts'
import { environmentOf, expectUnknown } from './expectations.ts'

const common = { requirements: ['FR-006'], record: 'ADR-0014' } as const

interface Place extends Way {
  path: string
}
const ways = (...paths: readonly string[]): Place[] => paths.map((path) => ({ path }))
const rareWays = (...paths: readonly string[]): Place[] =>
  paths.map((path) => ({ path, rare: true }))

/** Where frameworks serve documentation by default, beside the paths of our contract. */
const documentationPaths: readonly Place[] = [
  ...ways('/swagger.json'),
  ...rareWays('/api-docs', '/redoc', '/openapi.yaml', '/swagger-ui', '/api/docs', '/v3/api-docs'),
]

/** What a server that serves its own folder gives away: secrets, history, the source. */
const secretPaths = ['/.env', '/.git/config', '/package.json'] as const

/** What operators and platforms look at. */
const internalPaths: readonly Place[] = [
  ...ways('/metrics', '/debug/vars', '/readyz', '/admin', '/debug', '/api/v1/users'),
  ...rareWays('/env', '/config', '/status', '/version', '/internal', '/logs', '/graphql', '/users'),
  ...rareWays('/actuator/env', '/api/v1/me', '/api/v1/admin/tasks', '/api/v1/stats', '/api/v1/all'),
]
/** Of those that come by turns one in a run. */
const dealtPaths = (places: readonly Place[], { settings: { seed } }: CheckContext): string[] =>
  dealt(places, places.filter(({ rare }) => !rare).length + 1, seed).map(({ path }) => path)

/** The documentation of our contract, and how only one of its ways may be closed: to users, by a slash or by HEAD. */
const declared = ['/docs', '/openapi.json'] as const
const byUsers: readonly HttpRequest[] = [
  { path: '/docs/', as: 'A' },
  { method: 'HEAD', path: '/openapi.json', as: 'A' },
]

/** What a caller next door would send, or someone who pretends to be one. */
const disguise = [
  ['X-Forwarded-For', '127.0.0.1'],
  ['X-Real-IP', '127.0.0.1'],
  ['X-Forwarded-Host', 'localhost'],
  ['Forwarded', 'for=127.0.0.1;host=localhost'],
] as const

/** What is hidden, as whoever claims to be next door asks for it; and plainly, where that is shown. */
const disguised = oncePerRun(async (context) => {
  const [environment] = await environmentOf(context)
  const paths = environment === 'production' ? declared : ['/swagger.json', '/metrics']
  const asked = paths.map(async (path) => {
    const exchange = await context.send({ path: `${path}?debug=1`, headers: disguise })
    const isShown = exchange.response?.status === 200
    return { exchange, plain: isShown ? await context.send({ path }) : exchange }
  })
  return Promise.all(asked)
})

/** Paths that lead nowhere, though they would in other services or in other environments. */
export const documentation = checksOf(common, {
  'X-01': {
    promise: 'hides its documentation in production as if there were none',
    severity: 'high',
    fix: 'leave the routes out in production; where API_DOCS=enabled is meant, say so with WAIVE=X-01',
    run: async (context) => {
      const baseline = await unknownPath(context)
      const [environment, health] = await environmentOf(context)
      const production = environment === 'production'
      const local = isLoopback(context.settings.target.hostname)
      context.prefer(
        production || local,
        health,
        'a production instance, where documentation is off',
        `environment: ${environment}`,
      )
      const paths = dealtPaths(documentationPaths, context).map((path): HttpRequest => ({ path }))
      await each(context, production ? [...byUsers, ...paths] : paths, (exchange) => {
        expectUnknown(context, exchange, baseline)
      })
      if (production)
        for (const { plain } of await disguised(context)) expectUnknown(context, plain, baseline)
      if (!production && local) throw new NotInProduction(environment)
    },
  },
  'X-02': {
    promise: 'serves no file of its own folder',
    severity: 'critical',
    requirements: ['SC-002'],
    record: 'ADR-0016',
    fix: 'serve no static files, or only a folder made for it',
    run: (context) => expectNothingAt(context, secretPaths),
  },
  'X-03': {
    promise: 'has no side entrance for operators',
    severity: 'high',
    requirements: ['SC-002'],
    record: 'ADR-0016',
    fix: 'keep metrics, debugging and administration off the public listener',
    run: (context) => expectNothingAt(context, dealtPaths(internalPaths, context)),
  },
  'X-09': {
    promise: 'hides the same from callers that claim to be next door',
    severity: 'medium',
    fix: 'do not decide by forwarded addresses or by the query what is served',
    run: async (context) => {
      // Where API_DOCS=enabled shows it to everybody there is nothing to hide; X-01 judges that.
      for (const { exchange, plain } of await disguised(context))
        if (plain.response?.status !== 200) context.expectProblem(exchange, 'route_not_found')
    },
  },
})

/** How nothing looks, which R-13 finds the same to strangers and to users. */
const unknownPath = async (context: CheckContext): Promise<Exchange> => {
  const stranger = await nowhere(context)
  context.expectProblem(stranger, 'route_not_found')
  return stranger
}

const expectNothingAt = (context: CheckContext, paths: readonly string[]): Promise<void> =>
  each(
    context,
    // Pages are told of nothing as well as programs.
    paths.map((path, turn) => {
      const request = { path, parserMayRefuse: true }
      return turn % 2 === 0 ? asPage(context, request, turn) : request
    }),
    (exchange) => {
      // What a proxy keeps from everybody nobody is served.
      if (exchange.edge && (exchange.response?.status ?? 0) < 500) return
      context.expectProblem(exchange, 'route_not_found')
    },
  )

const each = async (
  context: CheckContext,
  plans: readonly HttpRequest[],
  look: (exchange: Exchange) => void,
): Promise<void> => {
  await Promise.all(plans.map(async (request) => look(await context.send(request))))
}
