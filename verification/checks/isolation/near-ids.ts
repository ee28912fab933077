import { checksOf } from '../../engine/check.ts'
import type { Exchange } from '../../engine/http/exchange.ts'
import { type Cell, type Route, taskRoutes } from '../../engine/matrix.ts'
import { validRequest } from '../../engine/valid-request.ts'
import { oncePerRun } from '../once-per-run.ts'
import { inTurn } from '../pages.ts'
import { about, expectAlike, fixture } from './fixture.ts'
import { missing } from './operations.ts'

/** Ids are compared as sent: what a parser of UUIDs or of paths takes for the same id is another one. */
const spellings: Readonly<Record<string, (id: string) => string>> = {
  'percent-encoded': (id) => id.replace('-', '%2D'),
  'without hyphens': (id) => id.replaceAll('-', ''),
  'in braces': (id) => `%7B${id}%7D`,
  'as a URN': (id) => `urn:uuid:${id}`,
  'with an ending': (id) => `${id}.json`,
  'with a blank': (id) => `${id}%20`,
  shortened: (id) => id.slice(0, -1),
}

interface Attempt {
  route: Route
  name: string
  spell: (id: string) => string
}

/** Capitals wherever something is written and where a task is read, the others in turn. */
const attempts: readonly Attempt[] = [
  ...taskRoutes
    .filter(({ method }) => method !== 'HEAD')
    .map((route) => ({
      ...{ route, name: 'in capitals' },
      spell: (id: string) => id.toUpperCase(),
    })),
  ...Object.entries(spellings).map(([name, spell], index) => ({
    ...{ name, spell },
    route: taskRoutes[index % taskRoutes.length] as Route,
  })),
]

const cellOf = ({ route, name }: Attempt): Cell => ({
  ...{ route, dimension: 'owner' },
  value: `an id ${name}`,
})

const askedNearly = oncePerRun(async (context) => {
  const { id } = (await fixture(context)).a
  const all = attempts.map(async (attempt, turn) => {
    const other = attempt.spell(id)
    if (other === id) return []
    const request = validRequest(context, attempt.route, other)
    const asked = { ...request, as: 'A', covers: [cellOf(attempt)] } as const
    // The first of each route as a page: those in capitals.
    const isFirst = !attempts.slice(0, turn).some(({ route }) => route === attempt.route)
    const shaped = inTurn(context, asked, attempt.route, 404, isFirst ? 2 * turn : 1)
    return [{ attempt, exchange: await context.send(shaped) }]
  })
  return (await Promise.all(all)).flat()
})

export const nearIds = checksOf(about, {
  'I-12': {
    promise: 'answers a malformed id exactly as a missing one',
    severity: 'high',
    fix: 'compare ids as sent, and take what is no id for an id that is not there',
    run: async (context) => {
      const absent = await missing(context)
      const isShort = ({ attempt }: { attempt: Attempt }) => attempt.name === 'shortened'
      for (const { attempt, exchange } of (await askedNearly(context)).filter(isShort))
        expectAlike(context, exchange, absent.get(attempt.route.name) as Exchange)
    },
  },
  'I-36': {
    promise: 'takes no other spelling of an id for the id, in any operation',
    severity: 'high',
    cells: attempts.map(cellOf),
    fix: 'compare ids as they were sent, with no parsing or decoding before',
    run: async (context) => {
      const absent = await missing(context)
      for (const { attempt, exchange } of await askedNearly(context))
        expectAlike(context, exchange, absent.get(attempt.route.name) as Exchange)
    },
  },
})
