import type { Check } from '../../engine/check.ts'
import type { Trial } from '../../engine/check-context.ts'
import type { Exchange, Wanted } from '../../engine/exchange.ts'
import { documentationPaths, internalPaths, secretPaths } from './exposed-paths.ts'
import { environmentOf, expectUnknown } from './rules.ts'

const common = { requirements: ['FR-006'], record: 'ADR-0014' } as const

/** The documentation of our contract, asked for in the ways in which only one of them may be closed. */
const declared: readonly Wanted[] = [
  { path: '/docs' },
  { path: '/docs', as: 'A' },
  { path: '/docs/' },
  { path: '/openapi.json' },
  { method: 'HEAD', path: '/openapi.json', as: 'A' },
]

/** What a caller next door would send, or someone who pretends to be one. */
const disguise = [
  ['X-Forwarded-For', '127.0.0.1'],
  ['X-Real-IP', '127.0.0.1'],
  ['X-Forwarded-Host', 'localhost'],
  ['Forwarded', 'for=127.0.0.1;host=localhost'],
] as const

/** Paths that lead nowhere, though they would in other services or in other environments. */
export const documentation: readonly Check[] = [
  {
    ...common,
    id: 'X-01',
    promise: 'hides its documentation in production as if there were none',
    severity: 'high',
    fix: 'leave the routes out in production; where API_DOCS=enabled is meant, say so with WAIVE=X-01',
    run: async (trial) => {
      const baseline = await unknownPath(trial)
      const [environment, health] = await environmentOf(trial)
      const production = environment === 'production'
      trial.prefer(
        production,
        health,
        'a production instance, where documentation is off',
        `environment: ${environment}`,
      )
      const paths = documentationPaths.map((path): Wanted => ({ path }))
      await each(trial, production ? [...declared, ...paths] : paths, (exchange) => {
        expectUnknown(trial, exchange, baseline)
      })
    },
  },
  {
    ...common,
    id: 'X-02',
    promise: 'serves no file of its own folder',
    severity: 'critical',
    requirements: ['SC-002'],
    record: 'ADR-0016',
    fix: 'serve no static files, or only a folder made for it',
    run: (trial) => expectNothingAt(trial, secretPaths),
  },
  {
    ...common,
    id: 'X-03',
    promise: 'has no side entrance for operators',
    severity: 'high',
    requirements: ['SC-002'],
    record: 'ADR-0016',
    fix: 'keep metrics, debugging and administration off the public listener',
    run: (trial) => expectNothingAt(trial, internalPaths),
  },
  {
    ...common,
    id: 'X-09',
    promise: 'hides the same from callers that claim to be next door',
    severity: 'medium',
    fix: 'do not decide by forwarded addresses or by the query what is served',
    run: async (trial) => {
      const [environment] = await environmentOf(trial)
      const paths =
        environment === 'production' ? ['/docs', '/openapi.json'] : ['/swagger.json', '/metrics']
      const plans = paths.map((path) => ({ path: `${path}?debug=1`, headers: disguise }))
      await each(trial, plans, (exchange) => {
        trial.expectProblem(exchange, 'route_not_found')
      })
    },
  },
]

/** How nothing looks, which is the same to strangers and to users. */
const unknownPath = async (trial: Trial): Promise<Exchange> => {
  const path = `/vrf-${trial.runId}`
  const [stranger, user] = await Promise.all([
    trial.send({ path }),
    trial.send({ path: `${path}-too`, as: 'A' }),
  ])
  trial.expectProblem(stranger, 'route_not_found')
  expectUnknown(trial, user, stranger)
  return stranger
}

const expectNothingAt = (trial: Trial, paths: readonly string[]): Promise<void> =>
  each(
    trial,
    paths.map((path) => ({ path })),
    (exchange) => {
      trial.expectProblem(exchange, 'route_not_found')
    },
  )

const each = async (
  trial: Trial,
  plans: readonly Wanted[],
  look: (exchange: Exchange) => void,
): Promise<void> => {
  await Promise.all(plans.map(async (wanted) => look(await trial.send(wanted))))
}
