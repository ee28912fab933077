import { checksOf } from '../../engine/check.ts'
import { type CheckContext, TASKS } from '../../engine/check-context.ts'
import { isFromOutside } from '../../engine/http/edge.ts'
import { type Exchange, headerOf } from '../../engine/http/exchange.ts'
import { differenceOf, isFleeting } from '../alike.ts'
import { nowhere } from '../health/exchanges.ts'
import { strange } from '../input/values.ts'
import { oncePerRun } from '../once-per-run.ts'
import { successes } from '../successes.ts'
import { misled, STRANGER } from '../untrusted.ts'

const common = { record: 'ADR-0016', requirements: ['FR-007'] } as const

/** RFC 9110 §9.3.2 lets a server leave out of HEAD what it learns from a body; what edges add is not its own. */
const OF_BODIES = /^(etag|last-modified|content-(md5|language)|([\w]+-)?digest)$/
const lasting = ({ response }: Exchange): string[] =>
  [...(response?.headers.keys() ?? [])].filter((name) => !isFleeting(name) && !OF_BODIES.test(name))

/** Variations that frameworks and proxies like to forgive: each is another way past a rule on paths. */
const variations = [
  ...['/API/V1/Tasks', '//api/v1/tasks', '/api/v1/%74asks', `${TASKS}//`],
  ...['/health;x', '/health.json'],
]
export const varied = oncePerRun((context) =>
  Promise.all(variations.map((path) => context.send({ path, parserMayRefuse: true }))),
)

const unmisled = (context: CheckContext, exchange: Exchange) => {
  const { rawHeaders = '', text = '' } = exchange.response ?? {}
  context.expect(
    !`${rawHeaders}\n${text}`.includes(STRANGER),
    exchange,
    'no header or body made from a host that the caller names',
    `${STRANGER} comes back`,
  )
}

/** Which addresses lead somewhere, and what an answer takes from how it was addressed. */
export const addressing = checksOf(common, {
  'R-10': {
    promise: 'answers HEAD as GET, without the body',
    severity: 'low',
    fix: 'register HEAD wherever GET is; send the same headers',
    run: async (context) => {
      const open = (await successes(context)).filter(
        ({ route }) => route.operation.access === 'anyone',
      )
      for (const { route, exchange } of open) {
        if (route.method !== 'HEAD') continue
        const got = open.find((it) => it.route.id === route.id && it.route.method === 'GET')
        if (!got || !context.expectStatus(exchange, got.exchange.response?.status ?? 200)) continue
        context.expect(exchange.response?.body.length === 0, exchange, 'no body')
        const missing = lasting(got.exchange).filter(
          (name) => !exchange.response?.headers.has(name),
        )
        context.expect(
          missing.length === 0,
          exchange,
          'the headers of GET',
          `no ${missing.join(', ')}`,
        )
      }
    },
  },
  'R-11': {
    promise: 'takes a trailing slash for what it is, without a redirect',
    severity: 'high',
    requirements: ['FR-007', 'US1'],
    fix: 'ignore one trailing slash in the router; a redirect drops Authorization or leaves https',
    run: async (context) => {
      // Without users what a token is asked for is refused with a slash as well: A-13.
      for (const { status, exchange } of await successes(context))
        if (/.\/$/.test(exchange.request.path)) context.expectStatus(exchange, status)
    },
  },
  'R-12': {
    promise: 'builds nothing from the host that a caller claims',
    severity: 'medium',
    requirements: ['US1'],
    fix: 'make links relative or from configuration, never from Host or a forwarded header',
    run: async (context) => {
      const { users, target } = context.settings
      // An edge routes by Host: there the service itself can only be reached by the right one.
      const named = target.protocol === 'http:' ? [['Host', STRANGER] as const, ...misled] : misled
      const root = await context.send({ path: '/', headers: named })
      if (!root.edge) unmisled(context, root)
      if (!users) return unmisled(context, await context.send({ path: TASKS, headers: misled }))
      // What links of a list are made of is for D-21 to tell, where there is a next page.
      const { made } = await strange(context)
      if (context.expectStatus(made, 201)) unmisled(context, made)
    },
  },
  'R-13': {
    promise: 'says alike to everybody that there is nothing at an unknown address',
    severity: 'medium',
    fix: 'look for the route before the token, and answer 404 as any other problem',
    run: async (context) => {
      const stranger = await nowhere(context)
      if (!context.expectProblem(stranger, 'route_not_found')) return
      const known = await context.send({
        path: stranger.request.path,
        authorization: 'Bearer not-a-token',
      })
      if (!context.expectProblem(known, 'route_not_found')) return
      const difference =
        known.response && stranger.response && differenceOf(known.response, stranger.response)
      context.expect(!difference, known, 'the same answer with a token', difference)
      const challenge = headerOf(known.response, 'www-authenticate')
      context.expect(!challenge, known, 'no challenge for a token', challenge)
    },
  },
  'R-17': {
    promise: 'answers at one spelling of an address only',
    severity: 'medium',
    requirements: ['FR-007', 'US1'],
    fix: 'match paths as sent: no case folding, no merging of slashes, no decoding',
    run: async (context) => {
      // Some parsers refuse what is ambiguous before anybody looks for a route.
      for (const exchange of await varied(context))
        if (!isFromOutside(exchange)) context.expectProblem(exchange, 'route_not_found')
    },
  },
})
