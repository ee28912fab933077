import { checksOf } from '../../engine/check.ts'
import { type CheckContext, newTask, TASKS } from '../../engine/check-context.ts'
import type { Exchange } from '../../engine/http/exchange.ts'
import { root } from '../health/exchanges.ts'
import { environmentOf } from './expectations.ts'

const common = { requirements: ['FR-006', 'SC-002'], record: 'ADR-0016' } as const

/** Where a parser says what it stumbled over, and with that what it is. */
const parserTalk = /\b(position|line|column|char|offset|byte) \d+/i

/** What answers tell beside what they are asked for. */
export const hygiene = checksOf(common, {
  'X-05': {
    promise: 'explains refusals without a word of its own machinery or of what was sent',
    severity: 'high',
    fix: 'take the detail of problems from a closed list, never from an exception',
    run: async (context) => {
      const [inBody, inPath] = [context.canary(), context.canary()]
      const headers = [['Content-Type', 'application/json']] as const
      // A line break as it is, which JSON knows only escaped (RFC 8259 §7).
      const body = JSON.stringify(newTask(context, { title: `${inBody}|` })).replace('|', '\n')
      const post = { method: 'POST', path: TASKS, as: 'A', headers, body } as const
      expectPlain(context, await context.send(post), inBody)
      const path = `${TASKS}/%ff%00${inPath}`
      expectPlain(context, await context.send({ path, as: 'A', parserMayRefuse: true }), inPath)
    },
  },
  'X-08': {
    promise: 'introduces itself by name alone',
    severity: 'low',
    requirements: ['FR-006'],
    record: 'ADR-0014',
    fix: 'answer GET / with the name, and point to the documentation only outside production',
    run: async (context) => {
      const [environment] = await environmentOf(context)
      const exchange = await root(context)
      context.expectStatus(exchange, 200)
      const members = (exchange.response?.json ?? {}) as Record<string, unknown>
      const allowed = environment === 'production' ? ['name'] : ['name', 'docs']
      const names = Object.keys(members)
      context.expect(
        typeof members.name === 'string' && names.every((name) => allowed.includes(name)),
        exchange,
        `an object of ${allowed.join(' and ')}`,
        names.join(', ') || undefined,
      )
    },
  },
})

/** A refusal, with nothing of what was sent in it. */
const expectPlain = (context: CheckContext, exchange: Exchange, canary: string): void => {
  const { status = 0, text = '', rawHeaders = '' } = exchange.response ?? {}
  const refused = status >= 400 && status < 500
  const echoes = `${rawHeaders}${text}`.includes(canary)
  context.expect(refused, exchange, 'a refusal')
  context.expect(!echoes, exchange, 'nothing of what was sent', 'it comes back')
  const [talk] = parserTalk.exec(text) ?? []
  context.expect(!talk, exchange, 'a sentence for a person', `text of a parser: ${talk}`)
}
