import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { ed25519Key, forge, hmac } from '../fixtures.ts'
import { jwtIdentity } from '../identity.ts'
import { jwkSet } from '../jwk-set.ts'
import { sharedSecretKeys } from '../shared-secret.ts'
import { refusals, watchedIdentity } from './refusal.ts'
import { type Mode, refusalLog } from './refusal-log.ts'

const INTERVAL_MS = 10 * 60_000
type Line = { message: string; [member: string]: unknown }

const recorded = (mode: Mode = 'shared-secret') => {
  const lines: Line[] = []
  const warn = (fields: object, message: string) => void lines.push({ message, ...fields })
  const clock = { now: 0 }
  const log = refusalLog({ warn, info: assert.fail, error: assert.fail }, mode, () => clock.now)
  return { lines, clock, log }
}

test('a refused claim is told once in ten minutes, each by its variable', () => {
  const { lines, clock, log } = recorded()
  for (const reason of ['issuer', 'issuer', 'audience', 'issuer'] as const) log.refused(reason)
  assert.deepEqual(
    lines.map(({ variable }) => variable),
    ['AUTH_ISSUER', 'AUTH_AUDIENCE'],
  )
  clock.now = INTERVAL_MS - 1
  log.refused('issuer')
  assert.equal(lines.length, 2)
  clock.now += 1
  log.refused('issuer')
  assert.equal(lines.length, 3)
})

test('a flood is one line in ten minutes for each reason, with what was refused and accepted since the last', () => {
  const { lines, clock, log } = recorded()
  const flood = () => {
    for (let times = 0; times < 1_000; times += 1) {
      log.accepted()
      for (const reason of refusals) log.refused(reason)
    }
  }
  flood()
  assert.equal(lines.length, refusals.length - 1)
  clock.now = INTERVAL_MS
  flood()
  assert.equal(lines.length, 2 * (refusals.length - 1))
  const ofSignatures = lines.filter(({ reason }) => reason === 'signature')
  assert.deepEqual(
    ofSignatures.map(({ refused, accepted }) => [refused, accepted]),
    [
      [1, 1],
      [1_000, 1_000],
    ],
  )
})

for (const mode of ['shared-secret', 'jwks'] as const)
  test(`every reason but age is told with what to do: ${mode}`, () => {
    const { lines, log } = recorded(mode)
    for (const reason of refusals) log.refused(reason)
    const told = lines.map(({ reason }) => reason)
    assert.deepEqual(
      told,
      refusals.filter((reason) => reason !== 'expired'),
    )
    for (const { message } of lines) assert.match(message, /: \w|, or /)
    const other = mode === 'jwks' ? 'BETTER_AUTH_SECRET' : 'AUTH_JWKS_URL'
    assert.equal(lines.filter(({ variable }) => variable === other).length, 0)
  })

const secret = randomBytes(32).toString('hex')
const key = ed25519Key('published')
const set = jwkSet(Buffer.from(JSON.stringify({ keys: [key.publicJwk] })))
const claims = { sub: 'a-private-name', exp: Math.floor(Date.now() / 1000) + 600 }
const signed = (by: string) => forge({ alg: 'HS256' }, claims, hmac(by))
const sources = {
  'shared-secret': sharedSecretKeys(secret),
  jwks: { algorithms: ['EdDSA'], keyFor: set.select },
}

const settings: [name: string, mode: Mode, token: string, reason: string][] = [
  ['another secret', 'shared-secret', signed('another-'.repeat(5)), 'signature'],
  ['the secret with its quotes', 'shared-secret', signed(`"${secret}"`), 'signature'],
  ['the secret with a line end', 'shared-secret', signed(`${secret}\n`), 'signature'],
  [
    'the bytes that the secret spells',
    'shared-secret',
    forge({ alg: 'HS256' }, claims, hmac(Buffer.from(secret, 'hex'))),
    'signature',
  ],
  ['an auth server with a key set', 'shared-secret', key.issue(claims), 'algorithm'],
  ['HS512', 'shared-secret', forge({ alg: 'HS512' }, claims, hmac(secret, 'sha512')), 'algorithm'],
  ['an auth server with a secret', 'jwks', signed(secret), 'algorithm'],
  ['the key set of another auth server', 'jwks', ed25519Key('other').issue(claims), 'key'],
  ['another key under the same name', 'jwks', ed25519Key('published').issue(claims), 'signature'],
  ['a session’s id', 'shared-secret', randomBytes(24).toString('base64url'), 'malformed'],
  [
    'a signed cookie',
    'jwks',
    `${randomBytes(24).toString('base64url')}.${signed(secret)}`,
    'malformed',
  ],
  ['a token that is encrypted', 'jwks', 'a.b.c.d.e', 'malformed'],
]
for (const [name, mode, token, reason] of settings)
  test(`a wrong setting is told, and nothing of the token: ${name}`, async () => {
    const { lines, log } = recorded(mode)
    const identity = watchedIdentity(
      jwtIdentity({ keys: sources[mode] }),
      log.refused,
      log.accepted,
    )
    for (let times = 0; times < 3; times += 1)
      await assert.rejects(identity.ownerOf(token), { name: 'Fault' })
    assert.deepEqual(
      lines.map(({ reason, refused, accepted }) => [reason, refused, accepted]),
      [[reason, 1, 0]],
    )
    const text = JSON.stringify(lines)
    for (const part of [...token.split('.'), claims.sub, secret, 'published'])
      assert.ok(part.length < 3 || !text.includes(part), text)
  })

test('who is accepted is counted', async () => {
  const { lines, log } = recorded()
  const keys = sources['shared-secret']
  const identity = watchedIdentity(jwtIdentity({ keys }), log.refused, log.accepted)
  for (const _ of 'four') assert.equal(await identity.ownerOf(signed(secret)), claims.sub)
  await assert.rejects(identity.ownerOf(signed('another-'.repeat(5))))
  assert.equal(lines[0]?.accepted, 4)
})
