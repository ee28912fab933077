import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import type { Exchange, HttpRequest } from '../engine/http/exchange.ts'
import { curlOf } from './curl.ts'
import { sampleExchange, sampleSettings, tokenFor } from './fixtures.ts'

const line = (request: HttpRequest, sentHeaders: Exchange['sentHeaders'] = []) =>
  curlOf(sampleExchange(request, undefined, sentHeaders), sampleSettings)

/** The arguments that a shell makes of a line. */
const argumentsOf = (text: string): string[] =>
  execFileSync('bash', ['-c', `curl() { printf '%s\\0' "$@"; }; ${text}`], {
    env: { ...process.env, TOKEN_A: 'the-token' },
  })
    .toString()
    .split('\0')
    .slice(0, -1)

test('a user’s token is a variable that the shell fills in', () => {
  const text = line({ path: '/x', as: 'A' }, [['Authorization', `Bearer ${tokenFor('A')}`]])
  assert.doesNotMatch(text, /eyJ/)
  assert.ok(argumentsOf(text).includes('Authorization: Bearer the-token'))
})

test('a token is hidden wherever it stands, and before anything is cut', () => {
  const text = line({ path: `/x?${'p'.repeat(150)}&access_token=${tokenFor('A')}` })
  assert.doesNotMatch(text, /eyJ/)
  assert.ok(argumentsOf(text).at(-1)?.includes('access_token=the-token'))
})

test('harmless credentials are shown, others are not', () => {
  const shown = (value: string) =>
    line({ path: '/x', authorization: value }, [['authorization', value]])
  assert.match(shown('Basic dnJmOnZyZg=='), /Basic dnJm/)
  assert.match(shown(`Bearer ${tokenFor('x')}`), /FORGED_TOKEN/)
  assert.match(shown('Bearer MFswDQYJKoZIhvcNAQEBBQADSgAwRwJAabcdefgh'), /FORGED_TOKEN/)
})

test('quotes, variables and globs reach the service as they are', () => {
  const json = { title: `it's $HOME \`id\` "x" [1-3]` }
  const given = argumentsOf(line({ path: '/x?{a,b}', method: 'POST', json }, []))
  assert.ok(given.includes(JSON.stringify(json)))
  assert.equal(given.at(-1), 'https://api.example.com/x?{a,b}')
})

test('a body without a type stays one, and bytes that are no text survive', () => {
  const given = line({ path: '/x', method: 'POST', body: Buffer.of(0x1f, 0x8b, 0, 0xff) })
  assert.match(given, /-H 'Content-Type:' --data-binary @<\(base64 -d <<< H4sA\/w==\)/)
})
