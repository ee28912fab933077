import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import {
  exchange,
  type HttpResponse,
  MISSING,
  type Sent,
  TASKS,
} from '../../adapters/http/fixtures.ts'
import { encodeCursor } from '../../adapters/http/request/cursor.ts'
import { ed25519Key, forge, hmac, type Part } from '../../adapters/jwt/fixtures.ts'
import { throwawayDatabase } from '../../adapters/postgres/embedded/throwaway.ts'
import { migrate, readMigrations } from '../../adapters/postgres/migrations/migrate.ts'
import { connectionTarget } from '../../adapters/postgres/pool/connection-url.ts'
import type { Owner } from '../../domain/owner.ts'
import { configOf } from '../config/config.ts'
import { container } from '../container.ts'
import { createLogger } from '../logger.ts'

const secret = randomBytes(48).toString('base64url')
const origin = 'https://app.example.com'
let database: Awaited<ReturnType<typeof throwawayDatabase>>
let parts: ReturnType<typeof container>
let port: number

before(async () => {
  database = await throwawayDatabase()
  const migrations = new URL('../../adapters/postgres/migrations/', import.meta.url)
  const target = connectionTarget(database.url, { production: false })
  await migrate(target, await readMigrations(migrations))
  const config = configOf({
    APP_ENV: 'test',
    PORT: '1',
    CORS_ORIGINS: origin,
    DATABASE_URL: database.url,
    BETTER_AUTH_SECRET: secret,
    EVENT_LOOP_DELAY_MAX_MS: '60000',
  })
  parts = container({ config, logger: createLogger('silent') })
  const http = await parts.cradle.http
  await http.listen({ port: 0, host: '127.0.0.1' })
  port = (http.server.address() as AddressInfo).port
})
after(async () => {
  await (await parts?.cradle.http)?.close()
  await parts?.cradle.pool.close(1000)
  await database?.drop()
})

const now = Math.floor(Date.now() / 1000)
const claims = { sub: 'ada', exp: now + 3600 }
const signed = (payload: Part, header: Part = { alg: 'HS256' }) =>
  forge(header, payload, hmac(secret))
const good = signed(claims)
const [head = '', body = '', tail = ''] = good.split('.')
const bit = (part: string) => {
  const bytes = Buffer.from(part, 'base64url')
  bytes[4] = (bytes[4] ?? 0) ^ 1
  return bytes.toString('base64url')
}
const bearer = (token: string) => [`Authorization: Bearer ${token}`]
const unsigned = (alg: unknown) => forge({ alg }, claims, () => Buffer.alloc(0))
const strange = ed25519Key('strange')
const sha = (bits: number) => (input: string) =>
  createHmac(`sha${bits}`, secret).update(input).digest()

/** What is refused, each as whole header lines, under the code that says why. */
const tokens: Record<string, Record<string, string[]>> = {
  token_missing: {
    'no header': [],
    'a cookie': [`Cookie: token=${good}`],
    'another header': [`X-Access-Token: ${good}`],
    'the header of a proxy': [`Proxy-Authorization: Bearer ${good}`],
  },
  token_malformed: {
    'an empty header': ['Authorization:'],
    'a scheme alone': ['Authorization: Bearer'],
    'no scheme': [`Authorization: ${good}`],
    'another scheme': [`Authorization: Basic ${Buffer.from('ada:x').toString('base64')}`],
    Digest: [`Authorization: Digest ${good}`],
    'a word too many': bearer(`${good} x`),
    'two in one header': bearer(`${good}, Bearer ${good}`),
    'two headers': [...bearer(good), ...bearer(good)],
    'a good header after a bad one': [...bearer('x'), ...bearer(good)],
    quotes: bearer(`"${good}"`),
    'a word': bearer('null'),
    dots: bearer('../..'),
    'one part': bearer(head),
    'two parts': bearer(`${head}.${body}`),
    'an empty signature': bearer(`${head}.${body}.`),
    'an empty header part': bearer(`.${body}.${tail}`),
    'an empty payload': bearer(`${head}..${tail}`),
    'four parts': bearer(`${good}.x`),
    'five parts, as encrypted ones have': bearer(`${good}.x.x`),
    padding: bearer(`${good}=`),
    'the other alphabet': bearer(`${head}.${body}.+/+/`),
    'a percent sign': bearer(`${good}%20`),
    'an umlaut': bearer(`${good}é`),
    'loose bits at the end': bearer(`${head}.${body}.QQQ`.replace(/QQQ$/, 'QR')),
    'more than 8 KiB': bearer(`${head}.${body}.${'A'.repeat(8192)}`),
    JSON: bearer('{"alg":"HS256"}'),
    SQL: bearer(`'or'1'='1`),
    'an unsigned one': bearer(unsigned('none')),
  },
  token_invalid: {
    'alg none with a signature': bearer(signed(claims, { alg: 'none' })),
    'alg None': bearer(signed(claims, { alg: 'None' })),
    'alg in lower case': bearer(signed(claims, { alg: 'hs256' })),
    'alg HS384': bearer(forge({ alg: 'HS384' }, claims, sha(384))),
    'alg HS512': bearer(forge({ alg: 'HS512' }, claims, sha(512))),
    'alg RS256': bearer(signed(claims, { alg: 'RS256' })),
    'alg EdDSA': bearer(strange.issue(claims)),
    'no alg': bearer(signed(claims, {})),
    'a list of algs': bearer(signed(claims, { alg: ['HS256'] })),
    'a header that is no object': bearer(signed(claims, '[]')),
    'a header that is no JSON': bearer(signed(claims, '{')),
    'alg twice': bearer(signed(claims, '{"alg":"none","alg":"HS256"}')),
    crit: bearer(signed(claims, { alg: 'HS256', crit: ['exp'], exp: 1 })),
    'an empty crit': bearer(signed(claims, { alg: 'HS256', crit: [] })),
    'b64 false': bearer(signed(claims, { alg: 'HS256', b64: false })),
    'a key in its header': bearer(strange.issue(claims, { jwk: strange.publicJwk })),
    'a key set in its header': bearer(strange.issue(claims, { jku: 'https://evil.example/' })),
    'another secret': bearer(forge({ alg: 'HS256' }, claims, hmac('x'.repeat(32)))),
    'an empty secret': bearer(forge({ alg: 'HS256' }, claims, hmac(''))),
    'an edited payload': bearer(`${head}.${bit(body)}.${tail}`),
    'an edited header': bearer(`${bit(head)}.${body}.${tail}`),
    'an edited signature': bearer(`${head}.${body}.${bit(tail)}`),
    'a signature cut short': bearer(`${head}.${body}.${tail.slice(0, 8)}`),
    'the payload of another': bearer(
      `${head}.${signed({ ...claims, sub: 'eve' }).split('.')[1]}.${tail}`,
    ),
    'forged and expired': bearer(forge({ alg: 'HS256' }, { ...claims, exp: 1 }, hmac('y'))),
    'claims that are no object': bearer(signed('[]')),
    'claims that are no JSON': bearer(signed('x')),
    'sub twice': bearer(signed(`{"sub":"ada","sub":"eve","exp":${now + 60}}`)),
    'no sub': bearer(signed({ exp: claims.exp })),
    'an empty sub': bearer(signed({ ...claims, sub: '' })),
    'a number for a sub': bearer(signed({ ...claims, sub: 1 })),
    'a list for a sub': bearer(signed({ ...claims, sub: ['ada'] })),
    'null for a sub': bearer(signed({ ...claims, sub: null })),
    'a sub of 256': bearer(signed({ ...claims, sub: 'a'.repeat(256) })),
    'NUL in a sub': bearer(signed({ ...claims, sub: 'a\0' })),
    'half a pair in a sub': bearer(signed({ ...claims, sub: '\ud800' })),
    'no exp': bearer(signed({ sub: 'ada' })),
    'a text for exp': bearer(signed({ ...claims, exp: `${claims.exp}` })),
    'exp without end': bearer(signed(`{"sub":"ada","exp":1e999}`)),
    'null for exp': bearer(signed({ ...claims, exp: null })),
    'nbf to come': bearer(signed({ ...claims, nbf: now + 600 })),
    'a text for nbf': bearer(signed({ ...claims, nbf: '0' })),
    'iat to come': bearer(signed({ ...claims, iat: now + 600 })),
    'null for iat': bearer(signed({ ...claims, iat: null })),
  },
  token_expired: {
    'over for a minute': bearer(signed({ ...claims, exp: now - 60 })),
    'over since 1970': bearer(signed({ ...claims, exp: 0 })),
    'over before it began': bearer(signed({ ...claims, exp: -1 })),
  },
}

const list = (query: string): [string] => [`GET ${TASKS}?${query}`]
const post = (json: unknown): [string, Sent] => [`POST ${TASKS}`, { json }]
const text = (content: string | Buffer, type = 'application/json'): [string, Sent] => [
  `POST ${TASKS}`,
  { headers: [`Content-Type: ${type}`], body: content },
]
const patch = (json: unknown): [string, Sent] => [`PATCH ${TASKS}/${MISSING}`, { json }]
const keyed = (key: string): [string, Sent] => [
  `POST ${TASKS}`,
  { json: { title: 'a' }, headers: [`Idempotency-Key: ${key}`] },
]
const scope = {
  owner: 'ada' as Owner,
  filter: {},
  sort: { by: 'createdAt', order: 'desc' },
} as const
const cursorAt = (key: string) => list(`cursor=${encodeCursor(scope, { key, id: MISSING })}`)

const malformed: Record<string, [string, Sent?][]> = {
  malformed_request: [
    [`POST ${TASKS}`],
    [`PATCH ${TASKS}/${MISSING}`],
    text('{'),
    text(' '),
    text('{"title":"a",}'),
    text("{'title':'a'}"),
    text('\ufeff{"title":"a"}'),
    text(Buffer.from('{"title":"\xff"}', 'latin1')),
    text(Buffer.from('{"title":"a"}', 'utf16le')),
    text('['.repeat(60_000)),
    list('search=%'),
    list('search=%zz'),
    list('tag=%C3%28'),
    list('%=1'),
  ],
  unsupported_media_type: [
    [`POST ${TASKS}`, { body: '{"title":"a"}' }],
    text('{"title":"a"}', 'text/plain'),
    text('title=a', 'application/x-www-form-urlencoded'),
    text('<title>a</title>', 'application/xml'),
    text('{"title":"a"}', 'application/json; charset=utf-16'),
    text('{"title":"a"}', 'application/merge-patch+json'),
    [`POST ${TASKS}`, { json: {}, headers: ['Content-Encoding: gzip'] }],
  ],
  body_too_large: [text('x'.repeat(65_537)), post({ title: 'a'.repeat(70_000) })],
  validation_failed: [
    ...[null, [], 'title', 1, true, {}].map(post),
    ...[null, '', ' ', 1, [], {}, 'a'.repeat(201), 'a\0', '\ud800'].map((title) => post({ title })),
    post({ title: 'a', description: 1 }),
    post({ title: 'a', description: 'a'.repeat(2001) }),
    post({ title: 'a', description: '\0' }),
    post({ title: 'a', completed: 'true' }),
    post({ title: 'a', priority: 'urgent' }),
    post({ title: 'a', due_date: '2026-02-30' }),
    post({ title: 'a', due_date: '0000-01-01' }),
    post({ title: 'a', due_date: 'infinity' }),
    post({ title: 'a', tags: 'a' }),
    post({ title: 'a', tags: [[]] }),
    post({ title: 'a', tags: ['\0'] }),
    post({ title: 'a', tags: Array.from({ length: 21 }, (_, n) => `${n}`) }),
    patch({ title: null }),
    patch({ completed: null }),
    patch({ tags: [''] }),
    [`PATCH ${TASKS}/${MISSING}/complete`, { json: { completed: 'false' } }],
    ...['a b', 'é', 'k'.repeat(256), ''].map(keyed),
    ...['page=0', 'page=-1', 'page=1.5', 'page=x', 'page=1&page=2', `page=${'9'.repeat(30)}`].map(
      list,
    ),
    ...['per_page=0', 'per_page=101', 'completed=yes', 'priority=urgent', 'tag=', 'tag=%00'].map(
      list,
    ),
    ...[
      'search=',
      'search=%00',
      `search=${'a'.repeat(201)}`,
      'due_before=x',
      'due_after=2026-13-01',
    ].map(list),
    ...['sort_by=id', "sort_by=title';--", 'sort_order=up', 'cursor=x', 'cursor=&page=1'].map(list),
    ...['0000-01-01T00:00:00.000Z', '+010000-01-01T00:00:00.000Z', 'now', 'infinity'].map(cursorAt),
  ],
  task_not_found: [
    [`GET ${TASKS}/${MISSING}`],
    [`GET ${TASKS}/${MISSING.toUpperCase()}`],
    [`GET ${TASKS}/%27%20or%201=1--`],
    [`GET ${TASKS}/%00`],
    [`GET ${TASKS}/..%2f..%2fetc%2fpasswd`],
    [`DELETE ${TASKS}/x`, { headers: ['If-Match: "99999999999999999999"'] }],
    [`PATCH ${TASKS}/${MISSING}`, { json: {}, headers: ['If-Match: "2147483648"'] }],
    [`PATCH ${TASKS}/x/complete`],
  ],
  route_not_found: [['GET /.env'], ['GET //'], ['GET /api/v1/tasks.json'], ['GET /API/V1/TASKS']],
  method_not_allowed: [[`DELETE ${TASKS}`], ['POST /health'], [`TRACE ${TASKS}`]],
  origin_not_allowed: [[`GET ${TASKS}`, { headers: ['Origin: null'] }]],
}
const statuses: Record<string, number> = {
  malformed_request: 400,
  origin_not_allowed: 403,
  task_not_found: 404,
  route_not_found: 404,
  method_not_allowed: 405,
  body_too_large: 413,
  unsupported_media_type: 415,
  validation_failed: 422,
}

/** SQL, drivers, stacks, files and the ways to other machines. */
const leaks =
  /select |insert |relation|constraint|syntax|sqlstate|postgres|pg_|jose|JWS|JWT|fastify|FST_|node_modules|\.ts\b|\.js\b|\bat .+:\d+|file:|127\.0\.0\.1|stack|typebox/i

const assertProblem = (answer: HttpResponse, status: number, code: string) => {
  const { json, headers, text } = answer
  assert.deepEqual([answer.status, json.code], [status, code])
  assert.equal(headers['content-type'], 'application/problem+json')
  const members = ['type', 'title', 'status', 'detail', 'code', 'request_id']
  if (code === 'validation_failed') members.push('errors')
  assert.deepEqual(Object.keys(json), members)
  assert.deepEqual([json.type, json.status], ['about:blank', status])
  assert.equal(json.request_id, headers['x-request-id'])
  assert.equal(headers['x-content-type-options'], 'nosniff')
  const said = text.replace(String(json.request_id), '')
  assert.doesNotMatch(said, leaks)
  assert.doesNotMatch(said, /\bE[A-Z]{4,}\b/)
  assert.equal(headers['www-authenticate'] !== undefined, status === 401)
}

describe('a token', () => {
  const rows = Object.entries(tokens).flatMap(([code, of]) =>
    Object.entries(of).map(([name, headers]) => ({ code, name, headers })),
  )
  it('is refused in as many ways as are listed here', () => assert.equal(rows.length, 79))
  for (const { code, name, headers } of rows)
    it(`is refused: ${code}: ${name}`, async () => {
      const answer = await exchange(port, `GET ${TASKS}`, { headers })
      assertProblem(answer, 401, code)
      const challenge = code === 'token_missing' ? 'Bearer' : 'Bearer error="invalid_token"'
      assert.equal(answer.headers['www-authenticate'], challenge)
      for (const part of headers
        .join(' ')
        .split(/[ .]/)
        .filter((it) => it.length > 12))
        assert.equal(answer.text.includes(part), false)
    })
})

describe('a request', () => {
  const rows = Object.entries(malformed).flatMap(([code, of]) =>
    of.map(([line, sent], n) => ({ code, n, line, sent })),
  )
  it('is refused in as many ways as are listed here', () => assert.equal(rows.length, 100))
  for (const { code, n, line, sent } of rows)
    it(`is refused: ${code} ${n + 1}: ${line.slice(0, 60)}`, async () => {
      assertProblem(await exchange(port, line, { as: good, ...sent }), statuses[code] ?? 0, code)
    })
})

it('after all of this a good request is served', async () => {
  const made = await exchange(port, `POST ${TASKS}`, { as: good, json: { title: 'a' } })
  assert.equal(made.status, 201)
  const { path, stale } = { path: made.headers.location, stale: ['If-Match: "2147483648"'] }
  const refused = await exchange(port, `PATCH ${path}`, { as: good, json: {}, headers: stale })
  assertProblem(refused, 412, 'precondition_failed')
  const { json } = await exchange(port, `GET ${TASKS}`, { as: good })
  assert.deepEqual([json.total, json.tasks[0]?.id], [1, made.json.id])
  assert.equal((await exchange(port, 'GET /health')).json.status, 'ok')
})
