import { createHash } from 'node:crypto'
import { checksOf } from '../../engine/check.ts'
import { type CheckContext, Inapplicable } from '../../engine/check-context.ts'
import { type Exchange, headerOf, membersOf } from '../../engine/http/exchange.ts'
import { routes } from '../../engine/matrix.ts'
import { environmentOf } from './expectations.ts'

const common = { requirements: ['FR-006'], record: 'ADR-0014', severity: 'low' } as const

/** What a service shows of its contract where it is no secret. */
export const documents = checksOf(common, {
  'X-14': {
    promise: 'documents every operation that it has, outside production',
    fix: 'derive the OpenAPI document from the routes that are served',
    run: async (context) => {
      const exchange = await document(context, '/openapi.json')
      const { openapi, paths, servers } = membersOf<Document>(exchange)
      context.expect(/^3\./.test(String(openapi)), exchange, 'an OpenAPI 3 document')
      const documented = operationsIn(paths, basesOf(servers))
      const missing = routes
        .filter(({ method, operation }) => method !== 'HEAD' && !operation.documentation)
        .map(({ method, operation }) => `${method} ${nameless(operation.path)}`)
        .filter((name) => !documented.has(name))
      context.expect(
        missing.length === 0,
        exchange,
        'every operation in it',
        `it lacks ${missing.join(', ')}`,
      )
    },
  },
  'X-15': {
    promise: 'shows its documentation as a page that may run its own scripts, outside production',
    fix: 'give the page a Content-Security-Policy of its own with the hashes of its scripts',
    run: async (context) => {
      const exchange = await document(context, '/docs')
      const { text = '' } = exchange.response ?? {}
      const type = headerOf(exchange.response, 'content-type') ?? ''
      context.expect(/^text\/html\b/i.test(type), exchange, 'HTML', `Content-Type: ${type}`)
      const policy = headerOf(exchange.response, 'content-security-policy') ?? ''
      context.expect(/\S/.test(text), exchange, 'a page with something on it')
      context.expect(
        inlineScripts(text).every((script) => mayRun(policy, script)),
        exchange,
        'a policy that lets the page run its own scripts',
        `Content-Security-Policy: ${policy.slice(0, 200) || 'missing'}`,
      )
    },
  },
})

const document = async (context: CheckContext, path: string): Promise<Exchange> => {
  const [environment] = await environmentOf(context)
  if (environment === 'production') throw new Inapplicable('the target runs in production')
  const exchange = await context.send({ path })
  if (exchange.response?.status === 404) throw new Inapplicable('the documentation is switched off')
  context.expectStatus(exchange, 200)
  return exchange
}

/** What a parameter is called is a matter of taste. */
const nameless = (path: string): string => path.replaceAll(/\{[^}]*\}/g, '{}')

interface Document {
  openapi: unknown
  paths: unknown
  servers: unknown
}

/** What stands before every path (OpenAPI 3.1 §4.8.5); where nothing is said, nothing. */
const basesOf = (servers: unknown): string[] => {
  const urls = (Array.isArray(servers) ? servers : []).map(({ url }) => `${url}`)
  const paths = urls.flatMap((url) =>
    URL.canParse(url, 'http://any.example') ? new URL(url, 'http://any.example').pathname : [],
  )
  return ['', ...paths.map((path) => path.replace(/\/$/, ''))]
}

/** With and without a slash at its end a path is one (contract §1). */
const operationsIn = (paths: unknown, bases: readonly string[]): Set<string> =>
  new Set(
    Object.entries(paths ?? {}).flatMap(([path, methods]) =>
      Object.keys(methods ?? {}).flatMap((method) =>
        bases.map((base) => {
          const whole = `${base}${path}`.replace(/(.)\/$/, '$1')
          return `${method.toUpperCase()} ${nameless(whole)}`
        }),
      ),
    ),
  )

/** Of another type it is data (HTML §4.12.1). */
const RUNS = /^(module|(text|application)\/(java|ecma)script)?$/i

const inlineScripts = (html: string): string[] =>
  [...html.matchAll(/<script((?![^>]*\ssrc=)[^>]*)>([\s\S]*?)<\/script>/gi)]
    .filter(([, how = '']) => RUNS.test(/\stype=["']?([^"'\s>]*)/i.exec(how)?.[1] ?? ''))
    .map(([, , it = '']) => it)

/** Content Security Policy 3 §6.7: by hash, or all of them; a nonce is the page's own affair. */
const mayRun = (policy: string, script: string): boolean =>
  /'unsafe-inline'|'nonce-/.test(scriptSources(policy)) ||
  ['sha256', 'sha384', 'sha512'].some((name) =>
    policy.includes(`${name}-${createHash(name).update(script).digest('base64')}`),
  )

const scriptSources = (policy: string): string => {
  const directives = policy.split(';').map((directive) => directive.trim())
  const named = (name: string) => directives.find((it) => it.startsWith(`${name} `))
  return (
    named('script-src-elem') ?? named('script-src') ?? named('default-src') ?? "'unsafe-inline'"
  )
}
