import type { Check } from '../../engine/check.ts'
import { TASKS, type Trial } from '../../engine/check-context.ts'
import {
  allowedOrigin,
  expectGranted,
  expectNone,
  expectRefused,
  from,
  fromHostile,
  hostileShares,
  newTask,
  preflight,
  reading,
} from './rules.ts'

/** So many of the list are also tried with what changes things. */
const TELLING = 2

const common = { requirements: ['FR-004', 'SC-003', 'US2'], record: 'ADR-0012' } as const
const strangerOf = (trial: Trial, name: string) => `https://${name}.vrf${trial.runId}.example`

/** What pages of all other origins must not get. */
export const deniedOrigins: readonly Check[] = [
  {
    ...common,
    id: 'C-05',
    promise: 'refuses every origin that is not on the list, to the byte',
    severity: 'critical',
    fix: 'compare the whole Origin with an exact list, no patterns, and refuse before anything is done',
    run: async (trial) => {
      const { alone } = hostileShares(trial)
      const titles: string[] = []
      const reads = alone.map(async (hostile) => {
        const exchange = await trial.send(fromHostile(hostile, reading(trial)))
        expectRefused(trial, exchange, hostile.name)
      })
      const others = alone.slice(0, TELLING).map(async ({ name, value }) => {
        const asked = await trial.send(preflight(value, TASKS))
        expectRefused(trial, asked, `a preflight of ${name}`)
        const { title, wanted } = newTask(trial, value)
        titles.push(title)
        expectRefused(trial, await trial.send(wanted), `a task from ${name}`)
      })
      await Promise.all([...reads, ...others])
      await expectNone(trial, titles)
    },
  },
  {
    ...common,
    id: 'C-12',
    promise: 'refuses a request that claims two origins',
    severity: 'high',
    fix: 'refuse more than one Origin header instead of picking one',
    run: async (trial) => {
      const pair = [allowedOrigin(trial), strangerOf(trial, 'double')]
      for (const origins of [pair, pair.toReversed()]) {
        const headers = origins.map((origin) => ['Origin', origin] as const)
        const wanted = { ...reading(trial), headers, parserMayRefuse: true }
        expectRefused(trial, await trial.send(wanted), 'two Origin headers')
      }
    },
  },
  {
    ...common,
    id: 'C-17',
    promise: 'cannot be written to by a form on another site, which needs no preflight',
    severity: 'high',
    needs: ['users'],
    fix: 'accept JSON types alone: text/plain and forms are sent without asking (Fetch §2.2.2)',
    run: async (trial) => {
      const hostile = newTask(trial, strangerOf(trial, 'form'), 'text/plain')
      expectRefused(trial, await trial.send(hostile.wanted), 'a task as text/plain')
      const origin = allowedOrigin(trial)
      const simple = newTask(trial, origin, 'text/plain')
      const exchange = await trial.send(simple.wanted)
      trial.expectProblem(exchange, 'unsupported_media_type')
      expectGranted(trial, exchange, origin)
      await expectNone(trial, [hostile.title, simple.title])
    },
  },
  {
    ...common,
    id: 'C-18',
    promise: 'never answers one origin with what another was told',
    severity: 'medium',
    fix: 'send Vary: Origin on refusals and on answers without an Origin too',
    run: async (trial) => {
      const wanted = reading(trial)
      for (const hostile of hostileShares(trial).between)
        expectRefused(trial, await trial.send(fromHostile(hostile, wanted)), hostile.name)
      const origin = allowedOrigin(trial, 1)
      expectGranted(trial, await trial.send(from(origin, wanted)), origin)
      const exchange = await trial.send(wanted)
      const told = exchange.answer?.headers.get('access-control-allow-origin')
      trial.expect(!told, exchange, 'no origin where none was sent', told?.join(' and '))
    },
  },
]
