import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import type { HttpRequest } from '../engine/http/exchange.ts'
import { sampleExchange, sampleResponse, sampleSettings } from './fixtures.ts'
import { redactor, secretsOf } from './redact.ts'
import { scriptOf } from './script.ts'

const token = 'vrf-0123456789-abcdef0123456789ab'
const [then, now] = ['01890a5d-ac96-774b-bcce-000000000001', '01890a5d-ac96-774b-bcce-000000000002']

const exchange = (request: HttpRequest, body = {}, headers: Record<string, string> = {}) => {
  const response = sampleResponse(200, JSON.stringify(body))
  const fields = new Map([
    ...response.headers,
    ...Object.entries(headers).map(([name, value]) => [name, [value]] as const),
  ])
  const sent = [
    ['Authorization', `Bearer ${sampleSettings.users?.a.token}`] as const,
    ...(request.headers ?? []),
  ]
  return sampleExchange({ as: 'A', ...request }, { ...response, headers: fields }, sent)
}

const story = [
  [
    exchange(
      { method: 'POST', path: '/tasks', json: { title: `${token}A it's` } },
      { id: then, user_id: 'A' },
      { etag: '"1"' },
    ),
  ],
  [
    exchange(
      { path: `/tasks?tag=walk-${token}&per_page=1` },
      {},
      { link: '</tasks?per_page=1&cursor=old>; rel="next"' },
    ),
  ],
  [exchange({ path: '/tasks?per_page=1&cursor=old' })],
  [
    exchange({
      method: 'PATCH',
      path: `/tasks/${then}`,
      headers: [['If-Match', '"1"']],
      json: { title: '"1"' },
    }),
    exchange({ method: 'DELETE', path: `/tasks/${then}` }),
  ],
]
const text = scriptOf(story, sampleSettings, redactor(secretsOf(sampleSettings)))

/** What a shell sends, where the service answers with other ids, tags and cursors than it did then. */
const sentBy = (script: string): string[] => {
  const answer = `HTTP/1.1 200 OK\\r\\nETag: "77"\\r\\nLink: </tasks?per_page=1&cursor=new>; rel="next"\\r\\n\\r\\n{"user_id":"A","id" : "${now}"}\\r\\n`
  const curl = `curl() { printf '%s\\n' "$*" >&2; printf '${answer}'; }`
  const command = `exec 3>&2 2>&1 >/dev/null; ${curl}; ${script}`
  return execFileSync('bash', ['-c', command], { env: { ...process.env, TOKEN_A: 'the-token' } })
    .toString()
    .trim()
    .split('\n')
}

test('ids, entity tags and cursors are those of the answers that come this time', () => {
  const [, , followed, ...atOnce] = sentBy(text)
  // In whichever order the shell comes to them.
  const changed = atOnce.find((line) => line.includes('-X PATCH'))
  assert.match(followed ?? '', /cursor=new$/)
  assert.match(changed ?? '', new RegExp(`If-Match: "77" .*"title":"\\\\"1\\\\"".*/tasks/${now}$`))
})

test('texts of the run are others each time, and tokens are variables', () => {
  assert.doesNotMatch(text, /abcdef0123456789ab|eyJ/)
  const [created, listed] = sentBy(text)
  const marker = /"title":"(vrf-0123456789-\d+)A it's"/.exec(created ?? '')?.[1] ?? 'none'
  assert.ok(listed?.includes(`tag=walk-${marker}&per_page=1`), listed)
  assert.match(created ?? '', /Authorization: Bearer the-token/)
})

test('what was sent at once is sent at once', () => {
  assert.match(text, /-X PATCH .* &\ncurl .*-X DELETE .* &\nwait$/)
})
