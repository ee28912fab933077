import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FaultCode } from '../../domain/fault.ts'
import { claimedOwner } from './claims.ts'
import { forge, hmac, type Part } from './fixtures.ts'
import { jwtIdentity } from './identity.ts'
import { sharedSecretKeys } from './shared-secret.ts'
import { watchedIdentity } from './token/refusal.ts'

const NOW = 1_800_000_000
const secret = 'claims-'.repeat(5)
const identity = jwtIdentity({
  keys: sharedSecretKeys(secret),
  issuers: ['https://auth.example', 'https://old.example'],
  audiences: ['https://api.example'],
  now: () => NOW * 1000,
})
const good = { iss: 'https://auth.example', aud: 'https://api.example', sub: 'ada', exp: NOW + 60 }
const ownerOf = (payload: Part) => identity.ownerOf(forge({ alg: 'HS256' }, payload, hmac(secret)))
const json = JSON.stringify(good)
/** `good` with the JSON text of one claim replaced. */
const raw = (claim: string, text: string) =>
  JSON.stringify({ ...good, [claim]: '?' }).replace('"?"', () => text)

const accepted: Record<string, Part> = {
  'the plain case': good,
  'the second issuer': { ...good, iss: 'https://old.example' },
  'an audience among others': { ...good, aud: ['https://other.example', 'https://api.example'] },
  'exp 29.9 s ago': { ...good, exp: NOW - 29.9 },
  'nbf and iat in 30 s': { ...good, nbf: NOW + 30, iat: NOW + 30 },
  'nbf and iat long ago': { ...good, nbf: 0, iat: -1 },
  'more claims, with equal names further down': `{"role":{"sub":"x","sub":["sub"]},${json.slice(1)}`,
  'names that only look repeated': `{"a":"sub\\":","b":{},"c":["sub"],${json.slice(1)}`,
  'white space': ` \n${json.replaceAll(':"', ' \t: "')} `,
}
for (const [name, payload] of Object.entries(accepted))
  test(`accepted: ${name}`, async () => assert.equal(await ownerOf(payload), 'ada'))

const refused: Record<string, Part> = {}
const refuse = (claim: string, ...texts: string[]) => {
  for (const text of texts) refused[`${claim} = ${text.slice(0, 40)}`] = raw(claim, text)
}
const otherJson = [
  '[]',
  `[${json}]`,
  'null',
  '"x"',
  '0',
  'true',
  '{}',
  '{',
  `${json}x`,
  json + json,
]
for (const text of otherJson) refused[`payload ${text.slice(0, 20)} (${text.length})`] = text
refused['a byte order mark'] = `\ufeff${json}`
refused['UTF-16'] = Buffer.from(json, 'utf16le')
refused['invalid UTF-8'] = Buffer.from(json.replace('ada', '\xff'), 'latin1')
refused['an encoded surrogate'] = Buffer.from(json.replace('ada', '\xed\xa0\x80'), 'latin1')
refused['sub twice'] = `{"sub":"bob",${json.slice(1)}`
refused['sub twice, once escaped'] = `{"s\\u0075b":"bob",${json.slice(1)}`
refused['exp twice, equal'] = `{"exp":${good.exp},${json.slice(1)}`
refused['a repeated name after nested ones'] = `{"a":[{"b":"}"}],"a":1,${json.slice(1)}`
refused['claims by prototype'] = `{"__proto__":${json}}`
for (const claim of ['exp', 'sub', 'iss', 'aud'])
  refused[`no ${claim}`] = { ...good, [claim]: undefined }
refuse('exp', '"99"', '"9999999999"', 'null', 'true', 'false')
refuse('exp', '[]', '{}', '[9999999999]', '1e400', '-1e400')
for (const claim of ['nbf', 'iat']) {
  refuse(claim, '""', '"0"', 'null', 'true', 'false', '[]', '{}', '1e400', '-1e400')
  refuse(claim, `${NOW + 31}`, `${NOW + 30.1}`, `${NOW + 86_400}`)
}
refuse('iss', '""', 'null', '0', '{}', '["https://auth.example"]', '"https://auth.example/"')
refuse('iss', '"https://auth.exampl"', '"auth.example"', '"https://AUTH.example"')
refuse('iss', '"https://auth.example.evil.example"', '"https://auth.example "')
refuse('iss', '"http://auth.example"')
refuse('aud', '""', 'null', '0', '{}', '[]', '[[]]', '["https://other.example"]')
refuse('aud', '"https://api.example/"', '"https://api"', '"https://api.example https://x"')
refuse('aud', '[["https://api.example"]]', '["https://api.example",1]')
refuse('aud', '["https://api.example",null]', '{"0":"https://api.example"}')
refuse('sub', '""', 'null', '0', '1', 'true', '[]', '["ada"]', '{}', '"\\ud800"', '"a\\udc00b"')
refuse('sub', '"a\\u0000"', '"a\\n"', '"\\u0085"', `"${'a'.repeat(256)}"`, `"${'🦊'.repeat(256)}"`)

for (const [name, payload] of Object.entries(refused))
  test(`refused: ${name}`, () => rejects(payload, 'token_invalid'))

for (const exp of [0, -1, -0.5, NOW - 30, NOW - 3600])
  test(`expired: exp ${exp}`, () => rejects({ ...good, exp }, 'token_expired'))

for (const more of [{ sub: '' }, { iss: 'x' }, { aud: 'x' }, { nbf: NOW + 60 }])
  test(`expired and ${Object.keys(more)} wrong: another token of the kind would not do`, () =>
    rejects({ ...good, exp: 0, ...more }, 'token_invalid'))

test('what is not configured is not checked', () => {
  const claims = { iss: ['x'], aud: {}, sub: 'ada', exp: 9 }
  assert.equal(claimedOwner(claims, {}, 8), 'ada')
})

test('the tables are whole', () => {
  assert.equal(Object.keys(refused).length, 98)
  assert.equal(Object.keys(accepted).length, 9)
})

const rejects = (payload: Part, code: FaultCode) =>
  assert.rejects(ownerOf(payload), { name: 'Fault', code, message: code, violations: [] })

test('each refusal is told by its reason, and only what is good but for iss or aud as one of them', async () => {
  const told: string[] = []
  const strict = watchedIdentity(
    jwtIdentity({
      keys: sharedSecretKeys(secret),
      issuers: ['https://auth.example'],
      audiences: ['https://api.example'],
      now: () => NOW * 1000,
    }),
    (reason) => told.push(reason),
  )
  const send = (payload: object, key = secret) =>
    strict.ownerOf(forge({ alg: 'HS256' }, JSON.stringify(payload), hmac(key))).catch(() => 'no')
  await send({ ...good, iss: 'https://auth.example/' })
  await send({ ...good, aud: undefined })
  await send(good)
  await send({ ...good, iss: 'x', exp: NOW - 60 })
  await send({ ...good, iss: 'x', sub: '' })
  await send({ ...good, iss: 'x' }, 'another-'.repeat(5))
  await send({ ...good, exp: NOW - 60 })
  await send({ ...good, nbf: NOW + 60 })
  await strict.ownerOf('a.b').catch(() => 'no')
  await strict.ownerOf(forge({ alg: 'HS512' }, good, hmac(secret))).catch(() => 'no')
  await strict.ownerOf(forge({ alg: 'HS256', crit: [] }, good, hmac(secret))).catch(() => 'no')
  assert.deepEqual(told, [
    ...['issuer', 'audience', 'expired', 'claims', 'signature'],
    ...['expired', 'not_yet', 'malformed', 'algorithm', 'header'],
  ])
})
