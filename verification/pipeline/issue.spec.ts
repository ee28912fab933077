import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { gitHub, serving } from './fixtures.ts'
import { type Repository, tellBroken, tellKept } from './issue.ts'

const token = 'ghs_played'
const hub = await gitHub(token)
const other = await serving()
after(() => Promise.all([hub.close(), other.close()]))

const at = (api: string): Repository => ({ api, name: 'o/r', token })
const answering = (status: number, body: string): Repository => {
  other.listener = (_, response) => response.writeHead(status).end(body)
  return at(other.origin)
}

const refusals: Record<string, [() => Repository, said: RegExp]> = {
  'no right to write': [
    () => answering(403, '{}'),
    /^GitHub answers 403 to GET of issues: .*issues: write/,
  ],
  'a rate limit': [
    () => answering(429, '{}'),
    /^GitHub answers 429 to GET of issues: a rate limit/,
  ],
  'issues that are off': [() => answering(410, '{}'), /^GitHub answers 410 .*turn issues on/],
  'a fault of its own': [() => answering(502, '<html>'), /^GitHub answers 502 to GET of issues$/],
  'an object for a list': [
    () => answering(200, '{"message":"hunter2"}'),
    /something else than its issues$/,
  ],
  'no JSON': [() => answering(200, '<html>hunter2'), /something else than its issues$/],
  'no answer': [() => at('http://127.0.0.1:9'), /^GitHub does not answer to GET of issues$/],
}
for (const [what, [repository, said]] of Object.entries(refusals))
  test(`bad input · ${what} is told in one line, and nothing is taken for told`, async () => {
    for (const tell of [tellBroken, tellKept])
      await assert.rejects(tell(repository(), 'body'), (error: Error) => {
        assert.match(error.message, said)
        assert.doesNotMatch(error.message, /hunter2|ghs_|\n/)
        return true
      })
  })

test('what is closed, is a pull request or has another title is left alone', async () => {
  const title = 'The deployment does not keep its contract'
  const like = { title, body: '', state: 'open', labels: ['live-suite'], comments: [] }
  hub.issues.push({ ...like, number: 1, state: 'closed' })
  hub.issues.push({ ...like, number: 2, title: 'Another one' })
  hub.issues.push(Object.assign({ ...like, number: 3 }, { pull_request: {} }))
  const before = structuredClone(hub.issues)
  assert.equal(await tellKept(at(hub.origin), 'again'), 'nothing is open')
  assert.equal(await tellBroken(at(hub.origin), 'first'), 'opened issue 4')
  assert.equal(await tellBroken(at(hub.origin), 'second'), 'renewed issue 4')
  assert.equal(await tellKept(at(hub.origin), 'again'), 'closed issue 4')
  assert.deepEqual(hub.issues.slice(0, 3), before)
})

test('a text of 5 MB becomes one that GitHub takes', async () => {
  assert.equal(await tellBroken(at(hub.origin), `!${'🐢'.repeat(1_250_000)}`), 'opened issue 5')
  const { body = '' } = hub.issues[4] ?? {}
  assert.ok(body.length <= 65_536)
  assert.doesNotMatch(body, /\p{Surrogate}/u)
})
