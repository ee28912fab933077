import { randomBytes } from 'node:crypto'
import { mediaTypesOf } from '../../../../adapters/http/contract/operation.ts'
import { checksOf } from '../../../engine/check.ts'
import { isFromOutside } from '../../../engine/http/edge.ts'
import { cellsOf, type Route } from '../../../engine/matrix.ts'
import { validBody } from '../../../engine/valid-request.ts'
import { refusing } from '../../own-task.ts'
import { inTurn } from '../../pages.ts'
import { taskIn } from '../../tasks.ts'
import { common, JSON_TYPE, sendRefused } from '../expectations.ts'
import { addressOf, bodyRoutes, expectUntouched, written } from './written.ts'

/** Contract §1. */
const BODY_MAX = 64 * 1024
/** Far beyond what a limit of 64 KiB may let through, and beyond the buffers on the way. */
const HUGE = 2 * 1024 * 1024
/** Two bytes in UTF-8: a body of these has half as many characters as bytes. */
const WIDE = '\u00e9'

/** A body of exactly so many bytes, by a member that nobody knows. */
const filled = (members: object, bytes: number, filling: string): string => {
  const [begin, end] = [`{"vrf":"`, `",${JSON.stringify(members).slice(1)}`]
  const room = bytes - Buffer.byteLength(begin + end)
  const width = Buffer.byteLength(filling)
  return `${begin}${' '.repeat(room % width)}${filling.repeat(Math.floor(room / width))}${end}`
}

/** By its length alone and in chunks, in wide characters and in narrow ones, under a plain name and an odd one. */
const ways = {
  'by length': { filling: WIDE, more: {}, named: [JSON_TYPE] },
  'in chunks': {
    ...{ filling: 'x', more: { chunked: true as const } },
    named: [
      ['Content-Type', 'APPLICATION/Json ; v="a;b" ; Charset="UTF-8"'],
      ['Content-Encoding', 'Identity'],
    ],
  },
} as const
type Way = keyof typeof ways
const wayNames = Object.keys(ways) as Way[]

/** A new task travels in both ways, what changes one in either. */
const waysOf = (route: Route): readonly Way[] =>
  isNew(route) ? wayNames : [wayNames[bodyRoutes.indexOf(route) % wayNames.length] as Way]
const isNew = (route: Route): boolean => route.id === 'createTask'

const [FITS, EXCEEDS, ODD] = ['64 KiB', '64 KiB and a byte', 'JSON by an unusual name']
const cellOf = (route: Route, value: string) => cellsOf('body', [route], [value])
const valuesOf = (way: Way) => [`${FITS} ${way}`, ...(ways[way].named.length > 1 ? [ODD] : [])]
const fitting = bodyRoutes.flatMap((route) =>
  cellsOf('body', [route], waysOf(route).flatMap(valuesOf)),
)
const exceeding = bodyRoutes.flatMap((route) =>
  cellsOf(
    'body',
    [route],
    waysOf(route).map((way) => `${EXCEEDS} ${way}`),
  ),
)

/** Completing takes merge patches, too; the others try JSON. */
const typeOf = ({ id, operation }: Route): string =>
  (id === 'completeTask' && mediaTypesOf(operation).at(-1)) || 'application/json'

/** No longer than it must be to be nobody else's within the day. */
const shortKey = () => ['Idempotency-Key', randomBytes(4).toString('base64url')] as const

/** A byte too many. */
const refusals = refusing((context) => {
  const tried = bodyRoutes.flatMap((route) =>
    waysOf(route).map(async (way) => {
      const { filling, more } = ways[way]
      const request = {
        ...(await addressOf(context, route)),
        headers: [['Content-Type', typeOf(route)] as const],
        body: filled(written(context, 'V-49'), BODY_MAX + 1, filling),
        covers: cellOf(route, `${EXCEEDS} ${way}`),
      }
      const sent = inTurn(context, { ...request, ...more }, route, 413, waysOf(route).indexOf(way))
      return { route, exchange: await sendRefused(context, sent) }
    }),
  )
  return Promise.all(tried)
})

/** How a body travels and how much of it there may be, on every operation that takes one. */
export const transfer = checksOf(common, {
  'V-04': {
    promise: 'takes no more than 64 KiB of a new task, be it a byte or 2 MB',
    severity: 'medium',
    fix: 'limit the body to 65536 bytes, counted while it arrives, and answer 413 body_too_large',
    run: async (context) => {
      for (const { route, exchange } of await refusals(context))
        if (isNew(route)) context.expectProblem(exchange, 'body_too_large')
      const huge = await sendRefused(context, {
        body: filled(written(context, 'V-04'), HUGE, WIDE),
        headers: [JSON_TYPE],
        parserMayRefuse: true,
      })
      // A server may hang up on whoever goes on sending (RFC 9110 §15.5.14): a refusal as well, as is a proxy's own.
      if (isFromOutside(huge)) return
      if (huge.response) context.expectProblem(huge, 'body_too_large')
      else if (/within|in time/.test(huge.trouble ?? ''))
        context.expect(false, huge, '2 MB to be refused')
    },
  },
  'V-48': {
    promise:
      'takes 64 KiB by length and in chunks, and JSON in capitals and with parameters, on every operation',
    severity: 'medium',
    cells: fitting,
    fix: 'count bytes, whatever their transfer coding; compare media types and charsets without case',
    run: async (context) => {
      const taken = async (route: Route, way: Way, id = '') => {
        const { filling, more, named } = ways[way]
        const exchange = await context.send({
          ...{ method: route.method, path: route.operation.path.replace('{id}', id), as: 'A' },
          headers: isNew(route) ? [...named, shortKey()] : named,
          body: filled(validBody(context), BODY_MAX, filling),
          ...{ ...more, covers: cellsOf('body', [route], valuesOf(way)) },
        })
        context.expectStatus(exchange, ...successes(route))
        return exchange
      }
      const takenBy = (routes: readonly Route[], id?: string) =>
        Promise.all(routes.flatMap((route) => waysOf(route).map((way) => taken(route, way, id))))
      const made = await takenBy(bodyRoutes.filter(isNew))
      const id = made.map((it) => taskIn(it).id).find((it) => it !== undefined)
      if (id !== undefined)
        await takenBy(
          bodyRoutes.filter((route) => !isNew(route)),
          id,
        )
    },
  },
  'V-49': {
    promise: 'takes not a byte more than 64 KiB, by length or in chunks, on any operation',
    severity: 'medium',
    cells: exceeding,
    fix: 'count the bytes of every body while they arrive; answer 413 body_too_large',
    run: async (context) => {
      for (const { route, exchange } of await refusals(context))
        if (!isNew(route)) context.expectProblem(exchange, 'body_too_large')
      await expectUntouched(context, 'V-49')
    },
  },
})

const successes = ({ operation }: Route): number[] => Object.keys(operation.responses).map(Number)
