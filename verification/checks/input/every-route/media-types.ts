import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { mediaTypesOf } from '../../../../adapters/http/contract/operation.ts'
import { checksOf } from '../../../engine/check.ts'
import { cellsOf, type Route } from '../../../engine/matrix.ts'
import { common, expectRefused } from '../expectations.ts'
import { addressOf, bodyRoutes, expectUntouched, written } from './written.ts'

/** What is no JSON by its name, though it begins, ends or sounds like it; and JSON that is not in UTF-8. */
const strangers = [
  'application/json5',
  'application/json-patch+json',
  'text/json',
  'application/json; charset=latin1',
]
/** More of the kind: each of these is tried by one route. */
const others = [
  'application/vnd.vrf+json',
  'application/x-json',
  'application/jsonp; charset=utf-8',
  'application/json; charset="utf-16"',
]
const MERGE_PATCH = 'application/merge-patch+json'

const codings = {
  gzip: gzipSync,
  br: brotliCompressSync,
  deflate: deflateSync,
  // The name of a coding that is none: whoever does not know it must not pass it over.
  'vrf-none': (text: string) => Buffer.from(text),
} as const

const typesOf = (route: Route): string[] => {
  const rotated = others.filter((_, index) => index === bodyRoutes.indexOf(route) % others.length)
  const merge = mediaTypesOf(route.operation).includes(MERGE_PATCH) ? [] : [MERGE_PATCH]
  return [...strangers, ...rotated, ...merge]
}

const codingsOf = (route: Route) =>
  Object.entries(codings).filter(
    (_, index) => index === 0 || (index + bodyRoutes.indexOf(route)) % 3 === 0,
  )

const cells = bodyRoutes.flatMap((route) =>
  cellsOf('body', [route], [...typesOf(route), ...codingsOf(route).map(([name]) => name)]),
)
const cellOf = (route: Route, value: string) =>
  cells.filter((cell) => cell.route === route && cell.value === value)

export const mediaTypes = checksOf(common, {
  'V-47': {
    promise: 'reads no body of another type, charset or coding, on any operation',
    severity: 'high',
    requirements: ['US1', 'FR-004'],
    cells,
    fix: 'compare the whole media type, not how it begins; a merge patch belongs to PATCH alone; 415',
    run: async (context) => {
      const tried = bodyRoutes.map(async (route) => {
        const address = await addressOf(context, route)
        const refused = (value: string, headers: [string, string][], body: string | Uint8Array) =>
          expectRefused(
            context,
            { ...address, headers, body, covers: cellOf(route, value) },
            'unsupported_media_type',
          )
        const text = () => JSON.stringify(written(context))
        await Promise.all([
          ...typesOf(route).map((type) => refused(type, [['Content-Type', type]], text())),
          ...codingsOf(route).map(([name, encode]) => {
            const headers: [string, string][] = [
              ['Content-Type', 'application/json'],
              ['Content-Encoding', name],
            ]
            return refused(name, headers, encode(text()))
          }),
        ])
      })
      await Promise.all(tried)
      await expectUntouched(context)
    },
  },
})
