import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { mediaTypesOf } from '../../../../adapters/http/contract/operation.ts'
import { checksOf } from '../../../engine/check.ts'
import type { Exchange } from '../../../engine/http/exchange.ts'
import { cellsOf, type Route } from '../../../engine/matrix.ts'
import { refusing } from '../../own-task.ts'
import { inTurn } from '../../pages.ts'
import { common, sendRefused } from '../expectations.ts'
import { addressOf, bodyRoutes, expectUntouched, written } from './written.ts'

/** What a form of another site can send, and what is no JSON by its name: of each kind every route tries another. */
const strangers = [
  // What a form can send needs no preflight. As plain text a new task is tried for pages (C-17).
  ['application/x-www-form-urlencoded', ...Array<string>(3).fill('text/plain')],
  [
    'application/octet-stream',
    'application/json; charset=us-ascii',
    'multipart/form-data; boundary=vrf',
  ],
  ['application/vnd.vrf+json', 'application/json-patch+json', 'text/json'],
  [
    ...['application/json;Charset=iso-8859-1', 'application/merge-patch+json; charset=utf-8x'],
    'application/json; charset=vrf-utf-8',
  ],
]
const IDENTITY: [string, string] = ['Content-Encoding', 'identity']
const MERGE_PATCH = 'application/merge-patch+json'

const codings = {
  gzip: gzipSync,
  // The name of a coding that is none: whoever does not know it must not pass it over.
  'vrf-none': (text: string) => Buffer.from(text),
  Deflate: deflateSync,
  'identity, br': brotliCompressSync,
  br: brotliCompressSync,
} as const

const typesOf = (route: Route): string[] => {
  const turn = bodyRoutes.indexOf(route)
  // Each of the later kinds leaves one route out, and has a form for each of the others.
  const kinds = strangers.flatMap((kind, index) =>
    index > 0 && index === turn ? [] : (kind[index > 0 && turn > index ? turn - 1 : turn] ?? []),
  )
  return mediaTypesOf(route.operation).includes(MERGE_PATCH) ? kinds : [...kinds, MERGE_PATCH]
}

const codingsOf = (route: Route) =>
  Object.entries(codings).filter(
    (_, index) => index === 0 || index === 1 + (bodyRoutes.indexOf(route) % 4),
  )

const cells = bodyRoutes.flatMap((route) =>
  cellsOf('body', [route], [...typesOf(route), ...codingsOf(route).map(([name]) => name)]),
)
const cellOf = (route: Route, value: string) =>
  cells.filter((cell) => cell.route === route && cell.value === value)

/** Bodies that are right but for what their headers say of them. */
const refusals = refusing(async (context) => {
  const asked = bodyRoutes.map(async (route) => {
    const address = await addressOf(context, route)
    let turn = 0
    const refuse = async (
      value: string,
      headers: [string, string][],
      body: string | Uint8Array,
    ): Promise<Refused> => {
      // What is made up is so in each run: no refusal may repeat it (G-21).
      const said = headers.map(([name, text]): [string, string] => [
        name,
        text.replace('vrf', context.canary()),
      ])
      const request = { ...address, headers: said, body, covers: cellOf(route, value) }
      turn += 1
      const sent = inTurn(context, request, route, 415, turn)
      return { route, value, exchange: await sendRefused(context, sent) }
    }
    const text = () => JSON.stringify(written(context, 'V-47'))
    return Promise.all([
      ...typesOf(route).map((type) => refuse(type, [['Content-Type', type]], text())),
      ...codingsOf(route).map(([name, encode]) => {
        const headers: [string, string][] = [
          ['Content-Type', 'application/json'],
          // The first of two lines is not all that was said.
          ...(name === 'br' ? [IDENTITY] : []),
          ['Content-Encoding', name],
        ]
        return refuse(name, headers, encode(text()))
      }),
    ])
  })
  return (await Promise.all(asked)).flat()
})

interface Refused {
  route: Route
  /** a media type or a coding */
  value: string
  exchange: Exchange
}

const isNew = ({ route }: Refused): boolean => route.id === 'createTask'

export const mediaTypes = checksOf(common, {
  'V-03': {
    promise: 'reads JSON in UTF-8 only, under its own name',
    severity: 'high',
    requirements: ['US1', 'FR-004'],
    fix: 'compare the media type and its charset before parsing: text/plain needs no preflight',
    run: async (context) => {
      for (const it of await refusals(context))
        if (isNew(it) && !(it.value in codings))
          context.expectProblem(it.exchange, 'unsupported_media_type')
    },
  },
  'V-19': {
    promise: 'refuses compressed bodies',
    severity: 'medium',
    fix: 'answer 415 to any Content-Encoding but identity: a small archive can hold a large body',
    run: async (context) => {
      for (const it of await refusals(context))
        if (isNew(it) && it.value in codings)
          context.expectProblem(it.exchange, 'unsupported_media_type')
    },
  },
  'V-47': {
    promise: 'reads no body of another type, charset or coding, on any operation',
    severity: 'high',
    requirements: ['US1', 'FR-004'],
    cells,
    fix: 'compare the whole media type, not how it begins; a merge patch belongs to PATCH alone; 415',
    run: async (context) => {
      for (const it of await refusals(context))
        if (!isNew(it)) context.expectProblem(it.exchange, 'unsupported_media_type')
      await expectUntouched(context, 'V-47')
    },
  },
})
