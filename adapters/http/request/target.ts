import type { FastifyRequest } from 'fastify'
import { type OperationId, operations } from '../contract/contract.ts'
import type { Method } from '../contract/operation.ts'
import { pathPattern } from '../contract/path-pattern.ts'

/** Fastify's spelling of a contract path. */
export const routePath = (template: string): string => template.replaceAll(/\{(\w+)\}/g, ':$1')

/**
 * The request target as the router is to see it. Paths are compared as sent, but for one trailing slash:
 * `%` and `#` become ordinary characters, so that no other spelling reaches a route or an id, and what has an
 * empty segment (`//`) or is no path at all (`*`) matches nothing. The absolute form (RFC 9112 §3.2.2) loses
 * its scheme and host.
 */
export const routableUrl = ({ url = '/' }: { url?: string | undefined }): string => {
  const [path, query] = splitTarget(url)
  if (path.includes('//') || !path.startsWith('/')) return '/%2F%2F'
  const literal = path.replaceAll('%', '%25').replaceAll('#', '%23')
  return query === undefined ? literal : `${literal}?${query}`
}

/** What stands for the host in the absolute form of a target; undefined in any other. */
export const authorityOf = (url: string): string | undefined =>
  url.startsWith('/') ? undefined : /^https?:\/\/([^/?#]*)/i.exec(url)?.[1]

/** Path and raw query of a request target; the query is undefined where there is no `?`. */
export const splitTarget = (url: string): [path: string, query: string | undefined] => {
  const origin = url.startsWith('/') ? '' : (/^https?:\/\/[^/?#]*/i.exec(url)?.[0] ?? '')
  const target = url.slice(origin.length)
  const mark = target.indexOf('?')
  const path = mark < 0 ? target : target.slice(0, mark)
  return [path === '' && origin ? '/' : path, mark < 0 ? undefined : target.slice(mark + 1)]
}

/** The path as sent, without a trailing slash: what a request is about, whatever else it carries. */
export const pathOf = (request: FastifyRequest): string =>
  splitTarget(request.originalUrl)[0].replace(/(?<=[^/])\/$/, '')

/**
 * The value of `Allow` for a path (RFC 9110 §10.2.1), undefined where no operation of `served` lives. The
 * path `*` stands for the whole server (§9.3.7).
 */
export const allowedMethods = (
  path: string,
  served: readonly OperationId[],
): string | undefined => {
  const methods: Method[] = served
    .map((id) => operations[id])
    .filter((operation) => path === '*' || pathPattern(operation.path).test(path))
    .map((operation) => operation.method)
  if (methods.length === 0) return undefined
  const implied = methods.includes('GET') ? ['HEAD', 'OPTIONS'] : ['OPTIONS']
  return [...new Set([...methods, ...implied])].sort().join(', ')
}
