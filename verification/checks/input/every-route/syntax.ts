import type { ProblemCode } from '../../../../adapters/http/contract/problems.ts'
import { checksOf } from '../../../engine/check.ts'
import type { CheckContext } from '../../../engine/check-context.ts'
import type { Exchange, HttpRequest } from '../../../engine/http/exchange.ts'
import { cellsOf, type Route } from '../../../engine/matrix.ts'
import { refusing } from '../../own-task.ts'
import { inTurn } from '../../pages.ts'
import { common, JSON_TYPE, sendRefused } from '../expectations.ts'
import { addressOf, bodyRoutes, expectUntouched, written } from './written.ts'

type Spoil = (text: string) => string | Uint8Array

/** What no parser of JSON in UTF-8 may take: a new task tries the first two, what changes one any of them. */
const always: readonly (readonly [string, Spoil])[] = [
  ['a byte order mark', (text) => `\u{feff}${text}`],
  ['bytes that are no UTF-8', (text) => Buffer.from(text.replace('high', '\u00ff'), 'latin1')],
  ['UTF-16', (text) => Buffer.from(text, 'utf16le')],
]
/** What lenient ones take: each of these is tried by one route. */
const lenient: readonly (readonly [string, Spoil])[] = [
  ['half a body', (text) => text.slice(0, -1)],
  ['a comma too many', (text) => `${text.slice(0, -1)},}`],
  ['a comment', (text) => text.replace('{', '{/* vrf */')],
  ['single quotes', (text) => text.replaceAll('"', "'")],
]
const onNew: readonly (readonly [string, Spoil])[] = [
  ['NaN', (text) => text.replace('{', '{"vrf":NaN,')],
  ['a second value', (text) => `${text}{}`],
  ['a comma at the end of a list', (text) => text.replace(']', ',]')],
]
/** JSON that is no object. */
const others = ['[]', 'null', '"vrf"', '[{}]', 'true']

const nth = <T>(all: readonly T[], route: Route): T =>
  all[bodyRoutes.indexOf(route) % all.length] as T

const isNew = (route: Route): boolean => route.id === 'createTask'
const malformedOf = (route: Route): (readonly [string, Spoil])[] => [
  ...(isNew(route) ? always.slice(0, 2) : [nth(always, route)]),
  nth(lenient, route),
  ...(isNew(route) ? onNew : []),
]
/** Whoever needs no body may take null for none. */
const valuesOf = (route: Route): string[] =>
  route.operation.body?.required ? [nth(others, route)] : ['null', nth(others, route)]
/** By length and in chunks: a new task in both ways, what changes one in either. */
const untypedOf = (route: Route) => {
  const ways = [{}, { chunked: true }] as const
  return isNew(route) ? ways : [nth(ways, route)]
}
const [NONE, UNTYPED] = ['no body', 'a body without a type']

const cells = bodyRoutes.flatMap((route) =>
  cellsOf(
    'body',
    [route],
    [
      ...malformedOf(route).map(([name]) => name),
      ...valuesOf(route),
      ...(route.operation.body?.required ? [NONE] : []),
      UNTYPED,
    ],
  ),
)

interface Refused {
  route: Route
  value: string
  codes: readonly ProblemCode[]
  exchange: Exchange
}

const refusedOn = async (context: CheckContext, route: Route): Promise<Refused[]> => {
  const address = await addressOf(context, route)
  let turn = 0
  const refuse = async (
    value: string,
    body: string | Uint8Array | undefined,
    codes: ProblemCode[],
    how: Pick<HttpRequest, 'headers' | 'chunked'> = { headers: [JSON_TYPE] },
  ): Promise<Refused> => {
    const covers = cellsOf('body', [route], [value])
    const sent = body === undefined ? {} : { body }
    const request = { ...address, ...sent, ...how, covers }
    const isMalformed = codes.includes('malformed_request') && codes.length === 1
    turn += 1
    const exchange = await sendRefused(
      context,
      isMalformed ? inTurn(context, request, route, 400, turn) : request,
    )
    return { route, value, codes, exchange }
  }
  const text = () => JSON.stringify(written(context, 'V-50'))
  return Promise.all([
    ...malformedOf(route).map(([name, spoil]) =>
      refuse(name, spoil(text()), ['malformed_request']),
    ),
    // Which of the two it is the contract leaves open.
    ...valuesOf(route).map((value) =>
      refuse(value, value, ['malformed_request', 'validation_failed']),
    ),
    ...(route.operation.body?.required ? [refuse(NONE, undefined, ['malformed_request'])] : []),
    ...untypedOf(route).map((how) => refuse(UNTYPED, text(), ['unsupported_media_type'], how)),
  ])
}

/** Bodies that are right but for how they are written. */
const refusals = refusing(async (context) =>
  (await Promise.all(bodyRoutes.map((route) => refusedOn(context, route)))).flat(),
)

const expectThose = async (context: CheckContext, tells: (it: Refused) => boolean) => {
  for (const it of await refusals(context))
    if (tells(it)) context.expectProblem(it.exchange, ...it.codes)
}
const isMalformed = ({ route, value }: Refused): boolean =>
  malformedOf(route).some(([name]) => name === value)

/** How JSON is written, on every operation that takes it. */
export const syntax = checksOf(common, {
  'V-01': {
    promise: 'refuses what is not JSON, byte for byte',
    severity: 'medium',
    fix: 'decode strictly as UTF-8 (a BOM is an error), parse the whole body, answer 400 malformed_request',
    run: (context) => expectThose(context, (it) => isNew(it.route) && isMalformed(it)),
  },
  'V-02': {
    promise: 'refuses a body that is missing or no object',
    severity: 'medium',
    fix: 'answer 400 where an object is needed and nothing came; check the type before the members',
    run: (context) => expectThose(context, (it) => isNew(it.route) && !isMalformed(it)),
  },
  'V-50': {
    promise: 'takes nothing but an object of JSON in UTF-8, named as such, on any operation',
    severity: 'medium',
    cells,
    fix: 'one strict parser for all operations: fatal UTF-8, no BOM, the whole body, an object',
    run: async (context) => {
      await expectThose(context, (it) => !isNew(it.route))
      await expectUntouched(context, 'V-50')
    },
  },
})
