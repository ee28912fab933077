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

/** Cursors of another form, translated back and forth. */
const numberedCursors = (): Interceptor => {
  const cursors = new Map<string, string>()
  return async (request, pass) => {
    const path = request.path.replace(/cursor=([^&]+)/, (whole, name) =>
      cursors.has(name) ? `cursor=${cursors.get(name)}` : whole,
    )
    const response = await pass({ ...request, path })
    const link = field(response.headers, 'link')
    const renamed = link?.replace(/cursor=([^&>]+)/, (_, cursor) => {
      const name = `c${cursors.size + 1}.${sha1(cursor)}`
      cursors.set(name, cursor)
      return `cursor=${name}`
    })
    return link ? withHeader(response, 'Link', renamed) : response
  }
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
  'has cursors of another form': { proxy: numberedCursors },
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
