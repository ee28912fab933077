import { checksOf } from '../../../engine/check.ts'
import type { HttpRequest } from '../../../engine/http/exchange.ts'
import { cellsOf, type Route } from '../../../engine/matrix.ts'
import { validBody } from '../../../engine/valid-request.ts'
import { common, expectRefused, JSON_TYPE } from '../expectations.ts'
import { addressOf, bodyRoutes, expectUntouched, written } from './written.ts'

/** Contract §1. */
const BODY_MAX = 64 * 1024
/** Two bytes in UTF-8: a body of these has half as many characters as bytes. */
const WIDE = '\u00e9'

/** A body of exactly so many bytes, by a member that nobody knows. */
const filled = (members: object, bytes: number, filling: string): string => {
  const [begin, end] = [`{"vrf":"`, `",${JSON.stringify(members).slice(1)}`]
  const room = bytes - Buffer.byteLength(begin + end)
  const width = Buffer.byteLength(filling)
  return `${begin}${' '.repeat(room % width)}${filling.repeat(Math.floor(room / width))}${end}`
}

/** By its length alone and in chunks, in wide characters and in narrow ones. */
const ways = {
  'by length': { filling: WIDE, more: {} },
  'in chunks': { filling: 'x', more: { chunked: true } },
} as const
type Way = keyof typeof ways
const wayNames = Object.keys(ways) as Way[]

const [FITS, EXCEEDS, ODD] = ['64 KiB', '64 KiB and a byte', 'JSON by an unusual name']
const cellOf = (route: Route, value: string) => cellsOf('body', [route], [value])
const fitting = cellsOf('body', bodyRoutes, [ODD, ...wayNames.map((way) => `${FITS} ${way}`)])
const exceeding = cellsOf(
  'body',
  bodyRoutes,
  wayNames.map((way) => `${EXCEEDS} ${way}`),
)

/** How a body travels and how much of it there may be, on every operation that takes one. */
export const transfer = checksOf(common, {
  'V-48': {
    promise:
      'takes 64 KiB by length and in chunks, and JSON in capitals and with parameters, on every operation',
    severity: 'medium',
    cells: fitting,
    fix: 'count bytes, whatever their transfer coding; compare media types and charsets without case',
    run: async (context) => {
      const { id } = await context.task('A')
      const taken = async (route: Route, value: string, request: Partial<HttpRequest>) => {
        const path = route.operation.path.replace('{id}', id)
        const asked = { method: route.method, path, as: 'A', covers: cellOf(route, value) } as const
        context.expectStatus(await context.send({ ...asked, ...request }), ...successes(route))
      }
      const odd: [string, string][] = [
        ['Content-Type', 'APPLICATION/Json ; v="a;b" ; Charset="UTF-8"'],
        ['Content-Encoding', 'Identity'],
      ]
      await Promise.all(
        bodyRoutes.flatMap((route) => [
          taken(route, ODD, { headers: odd, json: validBody(context) }),
          ...wayNames.map((way) => {
            const { filling, more } = ways[way]
            const body = filled(validBody(context), BODY_MAX, filling)
            return taken(route, `${FITS} ${way}`, { headers: [JSON_TYPE], body, ...more })
          }),
        ]),
      )
    },
  },
  'V-49': {
    promise: 'takes not a byte more than 64 KiB, by length or in chunks, on any operation',
    severity: 'medium',
    cells: exceeding,
    fix: 'count the bytes of every body while they arrive; answer 413 body_too_large',
    run: async (context) => {
      const tried = bodyRoutes.flatMap((route) =>
        wayNames.map(async (way) => {
          const { filling, more } = ways[way]
          const body = filled(written(context), BODY_MAX + 1, filling)
          const covers = cellOf(route, `${EXCEEDS} ${way}`)
          const request = {
            ...(await addressOf(context, route)),
            headers: [JSON_TYPE],
            body,
            covers,
          }
          await expectRefused(context, { ...request, ...more }, 'body_too_large')
        }),
      )
      await Promise.all(tried)
      await expectUntouched(context)
    },
  },
})

const successes = ({ operation }: Route): number[] => Object.keys(operation.responses).map(Number)
