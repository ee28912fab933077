import type { ProblemCode } from '../../../../adapters/http/contract/problems.ts'
import { checksOf } from '../../../engine/check.ts'
import type { CheckContext } from '../../../engine/check-context.ts'
import { cellsOf, type Route } from '../../../engine/matrix.ts'
import { common, expectRefused, JSON_TYPE } from '../expectations.ts'
import { addressOf, bodyRoutes, expectUntouched, written } from './written.ts'

type Spoil = (text: string) => string | Uint8Array

/** What no parser of JSON in UTF-8 may take. */
const always: Readonly<Record<string, Spoil>> = {
  'a byte order mark': (text) => `\u{feff}${text}`,
  'bytes that are no UTF-8': (text) => Buffer.from(text.replace('high', '\u00ff'), 'latin1'),
}
/** What lenient ones take: each of these is tried by one route. */
const lenient: readonly (readonly [string, Spoil])[] = [
  ['half a body', (text) => text.slice(0, -1)],
  ['a comma too many', (text) => `${text.slice(0, -1)},}`],
  ['a comment', (text) => `${text}// vrf`],
  ['single quotes', (text) => text.replaceAll('"', "'")],
  ['NaN', (text) => text.replace('{', '{"vrf":NaN,')],
  ['a second value', (text) => `${text}{}`],
]
/** JSON that is no object. */
const others = ['[]', '"vrf"', '1', 'true', '[{}]']

const nth = <T>(all: readonly T[], route: Route): T =>
  all[bodyRoutes.indexOf(route) % all.length] as T

const malformedOf = (route: Route): [string, Spoil][] => [
  ...Object.entries(always),
  [...nth(lenient, route)],
]
const valuesOf = (route: Route): string[] => ['null', nth(others, route)]
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

/** How JSON is written, on every operation that takes it. */
export const syntax = checksOf(common, {
  'V-50': {
    promise: 'takes nothing but an object of JSON in UTF-8, named as such, on any operation',
    severity: 'medium',
    cells,
    fix: 'one strict parser for all operations: fatal UTF-8, no BOM, the whole body, an object',
    run: async (context) => {
      await Promise.all(bodyRoutes.map((route) => expectSyntaxRefused(context, route)))
      await expectUntouched(context)
    },
  },
})

const expectSyntaxRefused = async (context: CheckContext, route: Route): Promise<void> => {
  const address = await addressOf(context, route)
  const refused = (
    value: string,
    body: string | Uint8Array | undefined,
    codes: ProblemCode[],
    headers = [JSON_TYPE],
    how: { chunked?: true } = {},
  ) => {
    const covers = cellsOf('body', [route], [value])
    const sent = body === undefined ? {} : { body }
    return expectRefused(context, { ...address, headers, ...sent, ...how, covers }, ...codes)
  }
  const text = () => JSON.stringify(written(context))
  await Promise.all([
    ...malformedOf(route).map(([name, spoil]) =>
      refused(name, spoil(text()), ['malformed_request']),
    ),
    // Which of the two it is the contract leaves open.
    ...valuesOf(route).map((value) =>
      refused(value, value, ['malformed_request', 'validation_failed']),
    ),
    ...(route.operation.body?.required ? [refused(NONE, undefined, ['malformed_request'])] : []),
    refused(UNTYPED, text(), ['unsupported_media_type'], []),
    refused(UNTYPED, text(), ['unsupported_media_type'], [], { chunked: true }),
  ])
}
