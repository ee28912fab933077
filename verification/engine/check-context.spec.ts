import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkContext } from './check-context.ts'
import type { Exchange } from './http/exchange.ts'
import type { Transport } from './http/transport.ts'
import type { Settings } from './settings.ts'
import type { User } from './users.ts'

const user = (name: User['name'], secondsLeft: number): User => {
  const exp = Math.trunc(Date.now() / 1000) + secondsLeft
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return { name, subject: name, token: `${part({})}.${part({ sub: name, exp })}.x` }
}
const refused = (as: string, method: string, code: string): Exchange => {
  const json = method === 'HEAD' ? undefined : { code }
  const text = json ? JSON.stringify(json) : ''
  const response = { status: 401, headers: new Map(), body: Buffer.from(text), text, json }
  return {
    ...{ request: { path: '/' }, method, as, sentHeaders: [], edge: false, attempts: 1 },
    ...{ limited: 0, startedAt: 0, ms: 1, response: { ...response, rawHeaders: '' } },
  }
}
const verdictOn = (exchange: Exchange): string | undefined => {
  const users = { a: user('A', -5), b: user('B', 600) }
  const settings = { users, patience: 1 } as unknown as Settings
  const context = checkContext({ settings, transport: {} as Transport, runId: 'x' })
  context.expectStatus(exchange, 404)
  return context.findings[0]?.verdict
}

test('what a token that has outlived itself is refused for is no verdict on the target', () => {
  assert.equal(verdictOn(refused('A', 'GET', 'token_expired')), 'INCONCLUSIVE')
  assert.equal(verdictOn(refused('A', 'HEAD', 'token_expired')), 'INCONCLUSIVE')
})

test('any other refusal is one, and so is that of a token which is still good', () => {
  assert.equal(verdictOn(refused('A', 'GET', 'token_invalid')), 'FAIL')
  for (const method of ['GET', 'HEAD'])
    assert.equal(verdictOn(refused('B', method, 'token_expired')), 'FAIL')
  assert.equal(verdictOn(refused('nobody', 'HEAD', 'token_missing')), 'FAIL')
})
