import { checksOf } from '../../../engine/check.ts'
import type { CheckContext } from '../../../engine/check-context.ts'
import { membersOf } from '../../../engine/http/exchange.ts'
import { cellsOf, ownerRoutes, type Route } from '../../../engine/matrix.ts'
import { oncePerRun } from '../../once-per-run.ts'
import { inTurn } from '../../pages.ts'
import { tasksIn } from '../../tasks.ts'
import { common } from '../expectations.ts'
import { expectRefusals, type Refusal, refuseEach, spoiltCells } from './spoilt.ts'
import { declaredIn, shareOf, spoiltTexts, usual, utmost } from './spoilt-values.ts'

/** The routes that read a query; what HEAD says of it is only a status. */
const reading = ownerRoutes.filter(({ operation }) => operation.query)
const withBody = reading.filter(({ method }) => method !== 'HEAD')

const parametersOf = ({ operation }: Route) => declaredIn(operation.query)

const FIRST_DAY = '0001-01-01'

/** What no server can have made. */
const strangeCursors = ['', 'vrf', 'e30', 'MQ==', '0']

/** The parameters of a route that have values which mean nothing, with these: of two of one form each has its share. */
const spoiltParameters = (route: Route) => {
  const formOf = ({ type, format, enum: values }: ReturnType<typeof parametersOf>[number][1]) =>
    JSON.stringify([type, format, values])
  return new Map(
    parametersOf(route)
      .map(([name, declared]) => {
        if (name === 'cursor') return [name, strangeCursors] as const
        const alike = parametersOf(route).filter(([, it]) => formOf(it) === formOf(declared))
        const turn = alike.findIndex(([it]) => it === name)
        return [name, shareOf(spoiltTexts(declared), turn, alike.length)] as const
      })
      .filter(([, values]) => values.length > 0),
  )
}

const targetOf = ({ operation }: Route, parameters: readonly (readonly [string, unknown])[]) => {
  const query = parameters.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
  return `${operation.path}?${query.join('&')}`
}

const spoilt = withBody.flatMap((route) =>
  spoiltCells('parameter', route, spoiltParameters(route).keys()),
)

/** Each parameter with each value that means nothing. */
const refusals = oncePerRun(async (context) => {
  const all = withBody.map((route) =>
    refuseEach(context, {
      ...{ route, values: spoiltParameters(route) },
      request: (sent) => ({ method: route.method, path: targetOf(route, Object.entries(sent)) }),
      covers: (names) => spoiltCells('parameter', route, names),
    }),
  )
  return (await Promise.all(all)).flat()
})

/** Each parameter twice. */
const twice = oncePerRun(async (context) => {
  const all = withBody.map((route) =>
    refuseEach(context, {
      route,
      values: new Map(singles(route).map(([name, declared]) => [name, [usual(declared)]])),
      request: (sent) => ({
        method: route.method,
        path: targetOf(
          route,
          Object.entries(sent).flatMap((pair) => [pair, pair]),
        ),
      }),
      covers: () => repeated.filter((cell) => cell.route === route),
    }),
  )
  return (await Promise.all(all)).flat()
})

/** Pages that there are not, orders that there are not, days that there are not: the plainest of all. */
const isPlain = ({ name, value }: Refusal): boolean =>
  /^(page|per_page)$/.test(name) ? /^\d+$/.test(`${value}`) : /^(vrf|2026-02-30)$/.test(`${value}`)

/** The refusals of the plainest of what means nothing. */
export const plainRefusals = async (context: CheckContext): Promise<readonly Refusal[]> =>
  (await refusals(context)).filter((it) => it.name !== 'cursor' && isPlain(it))
/** The parameters that may be given once alone: a list by commas may be repeated (contract §3, open). */
const singles = (route: Route) => parametersOf(route).filter(([, { type }]) => type !== 'array')

const REPEATED = 'each parameter twice'
const repeated = cellsOf('parameter', withBody, [REPEATED])

const unknown = cellsOf('parameter', withBody, ['names that are none'])
const limits = cellsOf('parameter', withBody, ['each parameter at its limit'])
const hasCursor = (route: Route) => parametersOf(route).some(([name]) => name === 'cursor')
const cursors = withBody
  .filter(hasCursor)
  .flatMap((route) => spoiltCells('parameter', route, ['cursor']))

/** Every parameter of every operation that reads a query. */
export const lenientQueries = checksOf(common, {
  'V-40': {
    promise: 'reads no parameter for what somebody may have meant',
    severity: 'medium',
    cells: spoilt,
    fix: 'match the whole value against its form, before converting it; name each bad parameter in errors',
    run: async (context) => {
      const told = (await refusals(context)).filter((it) => it.name !== 'cursor' && !isPlain(it))
      expectRefusals(context, told)
      for (const route of reading)
        if (route.method === 'HEAD') await headRefused(context, route, spoiltParameters(route))
    },
  },
  'V-41': {
    promise: 'refuses a parameter that is given twice, by its name, whichever it is',
    severity: 'medium',
    cells: repeated,
    fix: 'refuse more than one value wherever one is expected; the first and the last are both guesses',
    run: async (context) => expectRefusals(context, await twice(context)),
  },
  'V-42': {
    promise: 'ignores parameters that it does not know, also where they look like its own',
    severity: 'low',
    cells: unknown,
    fix: 'compare names as they are: no case folding, no brackets',
    run: async (context) => {
      for (const route of withBody) {
        const alike = [...spoiltParameters(route)].flatMap(([name, [value = '']]) => [
          [name.toUpperCase(), value] as const,
          [`${name}[]`, value] as const,
          [`${name}[vrf]`, value] as const,
        ])
        const others = [['limit', '0'] as const, ['limit', '0'] as const, ['', ''] as const]
        const covers = unknown.filter((cell) => cell.route === route)
        const path = `${targetOf(route, [...alike, ...others])}&vrf&offset=-1;page=0`
        const exchange = await context.send({ path, as: 'A', covers })
        if (!context.expectStatus(exchange, 200)) continue
        const answer = membersOf<Record<string, unknown>>(exchange)
        for (const [name, declared] of parametersOf(route)) {
          if (declared.type !== 'integer') continue
          const [expected, seen] = [`${name} ${declared.default}`, `${name} ${answer[name]}`]
          context.expect(seen === expected, exchange, expected, seen)
        }
      }
    },
  },
  'V-43': {
    promise: 'takes every parameter at its limits, counted in characters as people do',
    severity: 'medium',
    cells: limits,
    fix: 'count code points; keep numbers beyond 32 bits, which are pages beyond the end',
    run: async (context) => {
      for (const route of withBody) {
        const covers = limits.filter((cell) => cell.route === route)
        const largest = parametersOf(route).flatMap(([name, declared]) => {
          // Between two days of which the later comes first there is nothing, and that is no fault.
          const value = name === 'due_before' ? FIRST_DAY : utmost(declared)
          return value === undefined ? [] : [[name, value] as const]
        })
        const exchange = await context.send({ path: targetOf(route, largest), as: 'A', covers })
        if (!context.expectStatus(exchange, 200)) continue
        context.expect(tasksIn(exchange).length === 0, exchange, 'an empty page')
      }
    },
  },
  'V-44': {
    promise: 'takes nothing for a cursor that it did not make',
    severity: 'medium',
    cells: cursors,
    fix: 'decode a cursor as what it is, input; answer 422 and name it',
    run: async (context) => {
      const told = (await refusals(context)).filter(({ name }) => name === 'cursor')
      expectRefusals(context, told)
    },
  },
})

const headRefused = async (
  context: CheckContext,
  route: Route,
  values: ReadonlyMap<string, readonly unknown[]>,
) => {
  const [[name = '', [value] = []] = []] = values
  const path = targetOf(route, [[name, value]])
  const request = { method: 'HEAD', path, as: 'A' } as const
  context.expectStatus(await context.send(inTurn(context, request, route, 422, 0)), 422)
}
