import type { Check } from '../../engine/check.ts'
import { MARKER_TAG, TASKS, type Trial } from '../../engine/check-context.ts'
import { type Exchange, headerOf } from '../../engine/exchange.ts'
import { nowhere, plainHealth } from '../health/shared.ts'

const common = { record: 'ADR-0016', requirements: ['FR-007'] } as const

/** What RFC 9110 §9.3.2 lets a server leave out of HEAD, and what belongs to one connection or moment. */
const fleeting = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'date',
  'keep-alive',
  'transfer-encoding',
])

const lasting = ({ answer }: Exchange): string[] =>
  [...(answer?.headers.keys() ?? [])].filter((name) => !fleeting.has(name))

/** A problem without the part that is new in every answer. */
const anonymous = ({ answer }: Exchange): string =>
  JSON.stringify({ ...(answer?.json as object | undefined), request_id: undefined })

/** Variations that frameworks and proxies like to forgive: each is another way past a rule on paths. */
const variations = ['/HEALTH', '//health', '/health;x', '/health.json', '/%68ealth']

/** Under .example nobody can register (RFC 2606 §3). */
const STRANGER = 'vrf-stranger.example'
const misled: readonly (readonly [string, string])[] = [
  ['X-Forwarded-Host', STRANGER],
  ['Forwarded', `host=${STRANGER};proto=http`],
]

const unmisled = (trial: Trial, exchange: Exchange) => {
  const { rawHeaders = '', text = '' } = exchange.answer ?? {}
  trial.expect(
    !`${rawHeaders}\n${text}`.includes(STRANGER),
    exchange,
    'no header or body made from a host that the caller names',
    `${STRANGER} comes back`,
  )
}

/** Which addresses lead somewhere, and what an answer takes from how it was addressed. */
export const addressing: readonly Check[] = [
  {
    ...common,
    id: 'R-10',
    promise: 'answers HEAD as GET, without the body',
    severity: 'low',
    fix: 'register HEAD wherever GET is; send the same headers',
    run: async (trial) => {
      const [got, exchange] = await Promise.all([
        plainHealth(trial),
        trial.send({ method: 'HEAD', path: '/health' }),
      ])
      const status = got.answer?.status ?? 200
      if (!trial.expectStatus(exchange, status)) return
      trial.expect(exchange.answer?.body.length === 0, exchange, 'no body')
      const missing = lasting(got).filter((name) => !exchange.answer?.headers.has(name))
      trial.expect(missing.length === 0, exchange, 'the headers of GET', `no ${missing.join(', ')}`)
    },
  },
  {
    ...common,
    id: 'R-11',
    promise: 'takes a trailing slash for what it is, without a redirect',
    severity: 'high',
    requirements: ['FR-007', 'US1'],
    fix: 'ignore one trailing slash in the router; a redirect drops Authorization or leaves https',
    run: async (trial) => {
      trial.expectStatus(await trial.send({ path: '/health/' }), 200)
      const exchange = await trial.send({
        path: `${TASKS}/?per_page=1`,
        as: trial.settings.users ? 'A' : 'nobody',
      })
      if (trial.settings.users) trial.expectStatus(exchange, 200)
      else trial.expectProblem(exchange, 'token_missing')
    },
  },
  {
    ...common,
    id: 'R-12',
    promise: 'builds nothing from the host that a caller claims',
    severity: 'medium',
    requirements: ['US1'],
    fix: 'make links relative or from configuration, never from Host or a forwarded header',
    run: async (trial) => {
      const { users, target } = trial.settings
      // An edge routes by Host: there the service itself can only be reached by the right one.
      const named = target.protocol === 'http:' ? [['Host', STRANGER] as const, ...misled] : misled
      unmisled(trial, await trial.send({ path: '/', headers: named }))
      if (!users) return unmisled(trial, await trial.send({ path: TASKS, headers: misled }))
      const made = await trial.send({
        method: 'POST',
        path: TASKS,
        as: 'A',
        headers: misled,
        json: { title: trial.canary(), tags: [MARKER_TAG] },
      })
      if (trial.expectStatus(made, 201)) unmisled(trial, made)
      unmisled(trial, await trial.send({ path: `${TASKS}?per_page=1`, as: 'A', headers: misled }))
    },
  },
  {
    ...common,
    id: 'R-13',
    promise: 'says alike to everybody that there is nothing at an unknown address',
    severity: 'medium',
    fix: 'look for the route before the token, and answer 404 as any other problem',
    run: async (trial) => {
      const stranger = await nowhere(trial)
      if (!trial.expectProblem(stranger, 'route_not_found')) return
      const known = await trial.send({
        path: stranger.wanted.path,
        ...(trial.settings.users ? { as: 'A' } : { authorization: 'Bearer not-a-token' }),
      })
      if (!trial.expectProblem(known, 'route_not_found')) return
      trial.expect(anonymous(known) === anonymous(stranger), known, 'the same body with a token')
      const challenge = headerOf(known.answer, 'www-authenticate')
      trial.expect(!challenge, known, 'no challenge for a token', challenge)
    },
  },
  {
    ...common,
    id: 'R-17',
    promise: 'answers at one spelling of an address only',
    severity: 'medium',
    requirements: ['FR-007', 'US1'],
    fix: 'match paths as sent: no case folding, no merging of slashes, no decoding',
    run: async (trial) => {
      const exchanges = await Promise.all(variations.map((path) => trial.send({ path })))
      for (const exchange of exchanges) trial.expectProblem(exchange, 'route_not_found')
    },
  },
]
