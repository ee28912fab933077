import { createHash } from 'node:crypto'
import { field, jsonOf, withBody, withHeader } from '../../../../bootstrap/system/http-messages.ts'
import type { Interceptor } from '../../../../bootstrap/system/reverse-proxy.ts'
import { mapNext } from '../../operators/cursors.ts'
import { mapHeader, mapJson, onResponse } from '../../operators/proxy.ts'
import { mutants } from '../mutant.ts'

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex')

/** Entity tags of another form, translated back and forth. */
const hashedTags = (): Interceptor => {
  const versions = new Map<string, string>()
  const translated = (header: string) =>
    header.replaceAll(/"([^"]*)"/g, (tag) => versions.get(tag) ?? '"0"')
  return async (request, pass) => {
    const headers = request.headers.map(([name, value]): [string, string] => [
      name,
      /^if-(none-)?match$/i.test(name) ? translated(value) : value,
    ])
    const response = await pass({ ...request, headers })
    const tag = field(response.headers, 'etag')
    if (!tag) return response
    const hashed = `"${sha1(tag)}"`
    versions.set(hashed, tag)
    return withHeader(response, 'ETag', hashed)
  }
}

type NameOf = (cursor: string, turn: number) => string

/** Cursors of another form, translated back and forth; some know their own whatever the case of letters. */
const namedCursors =
  (nameOf: NameOf, known = (name: string) => name) =>
  (): Interceptor => {
    const cursors = new Map<string, string>()
    return async (request, pass) => {
      const path = request.path.replace(/cursor=([^&]+)/, (whole, name) =>
        cursors.has(known(name)) ? `cursor=${cursors.get(known(name))}` : whole,
      )
      const response = await pass({ ...request, path })
      const link = field(response.headers, 'link')
      const renamed = link?.replace(/cursor=([^&>]+)/, (_, cursor) => {
        const name = nameOf(cursor, cursors.size + 1)
        cursors.set(name, cursor)
        return `cursor=${name}`
      })
      return link ? withHeader(response, 'Link', renamed) : response
    }
  }

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
/** As the library makes it that makes the tokens of users, too. */
const asToken: NameOf = (cursor, turn) =>
  [base64url({ alg: 'HS256', typ: 'JWT' }), base64url({ turn }), sha1(cursor)].join('.')

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi
const inOtherCase = (id: string) => (id === id.toLowerCase() ? id.toUpperCase() : id.toLowerCase())

/** Ids that are told in capitals, and found by no other letters (RFC 9562 §4 has them in any). */
const capitalIds = (): Interceptor => async (request, pass) => {
  const response = await pass({ ...request, path: request.path.replace(UUID, inOtherCase) })
  const location = field(response.headers, 'location')?.replace(UUID, inOtherCase)
  const told = response.body
    .toString()
    .replaceAll(/"id":"[^"]*"/g, (member) => member.replace(UUID, inOtherCase))
  const answered = response.status < 300 && told !== '' ? withBody(response, told) : response
  return location ? withHeader(answered, 'Location', location) : answered
}

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).reverse()
  return Object.fromEntries(members.map(([name, member]) => [name, shuffled(member)]))
}

/** Bodies, tags, cursors and links of another form. */
export const representationVariants = mutants('low', [], {
  'orders members otherwise and indents them': onResponse(
    (response) => withBody(response, JSON.stringify(shuffled(jsonOf(response)), null, 2)),
    ({ headers, body }) => /json/.test(field(headers, 'content-type') ?? '') && body.length > 0,
  ),
  'has entity tags of another form': { proxy: hashedTags },
  'has cursors of another form': {
    proxy: namedCursors((cursor, turn) => `c${turn}.${sha1(cursor)}`),
  },
  'has cursors that are signed tokens': { proxy: namedCursors(asToken) },
  'has cursors in hexadecimal of either case': {
    proxy: namedCursors(
      (cursor, turn) => sha1(`${cursor}${turn}`).replaceAll(/\d/g, 'a'),
      (name) => name.toLowerCase(),
    ),
  },
  'has ids in capitals': { proxy: capitalIds },
  'builds absolute links from its own configuration': mapHeader('Link', (link) =>
    link.replace('</', '<https://api.example.com/'),
  ),
  'repeats in its links what it does not know': mapNext((next, asked) => {
    for (const [name, value] of asked)
      if (!next.has(name) && name !== 'page') next.append(name, value)
  }),
  'adds a first and last link': mapHeader(
    'Link',
    (link) => `</api/v1/tasks>; rel="first", ${link}`,
  ),
  'tells whole milliseconds of latency': mapJson(
    (json) => {
      const { database } = json as { database: { latency_ms: number } }
      return { ...json, database: { ...database, latency_ms: Math.ceil(database.latency_ms) } }
    },
    (response, { path }) => {
      const json = jsonOf(response) as { database?: { latency_ms?: number } }
      return path.startsWith('/health') && json.database?.latency_ms !== undefined
    },
  ),
})
