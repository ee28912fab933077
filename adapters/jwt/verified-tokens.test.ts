import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Fault } from '../../domain/fault.ts'
import { ed25519Key } from './fixtures.ts'
import { jwtIdentity } from './identity.ts'
import { type JwkSet, jwkSet } from './jwk-set.ts'
import { type VerifiedToken, verifiedTokens } from './verified-tokens.ts'

const NOW = 1_800_000_000
const setOf = (...keys: ReturnType<typeof ed25519Key>[]): JwkSet =>
  jwkSet(Buffer.from(JSON.stringify({ keys: keys.map(({ publicJwk }) => publicJwk) })))

/** An identity that has accepted a token, and whose clock and keys can be changed. */
const identityWithCachedToken = async () => {
  const key = ed25519Key('first')
  const state = { now: NOW * 1_000, set: setOf(key) }
  const identity = jwtIdentity({
    keys: { algorithms: ['EdDSA'], keyFor: async (header) => state.set.select(header) },
    now: () => state.now,
  })
  const token = key.issue({ sub: 'ada', exp: NOW + 60 })
  assert.equal(await identity.ownerOf(token), 'ada')
  return { identity, key, state, token }
}

describe('a token that was verified before', () => {
  it('is good again, whatever became of its key in memory', async () => {
    const { identity, key, state, token } = await identityWithCachedToken()
    assert.equal(await identity.ownerOf(token), 'ada')
    state.set = setOf(key)
    assert.equal(await identity.ownerOf(token), 'ada')
  })
  it('expires when its time is up', async () => {
    const { identity, state, token } = await identityWithCachedToken()
    state.now += 120_000
    await assert.rejects(identity.ownerOf(token), { code: 'token_expired' })
  })
  it('ends with its key', async () => {
    const { identity, state, token } = await identityWithCachedToken()
    state.set = setOf(ed25519Key('second'))
    await assert.rejects(identity.ownerOf(token), { code: 'token_invalid' })
  })
  it('ends with its key also where another one took the name', async () => {
    const { identity, state, token } = await identityWithCachedToken()
    state.set = setOf(ed25519Key('first'))
    for (const _ of 'twice')
      await assert.rejects(identity.ownerOf(token), { code: 'token_invalid' })
  })
  it('waits for keys that are out of reach', async () => {
    const { identity, state, token } = await identityWithCachedToken()
    state.set = {
      size: 0,
      refused: [],
      has: () => false,
      select: () => Promise.reject(new Fault('authentication_unavailable')),
    }
    await assert.rejects(identity.ownerOf(token), { code: 'authentication_unavailable' })
  })
  it('vouches for no other one', async () => {
    const { identity, token } = await identityWithCachedToken()
    const [header, payload = '', signature] = token.split('.')
    const other = Buffer.from(payload, 'base64url').toString().replace('ada', 'bob')
    const forged = [header, Buffer.from(other).toString('base64url'), signature].join('.')
    await assert.rejects(identity.ownerOf(forged), { code: 'token_invalid' })
    for (const near of [`${token}A`, token.slice(0, -1), ` ${token}`])
      await assert.rejects(identity.ownerOf(near), { name: 'Fault' })
  })
})

describe('what is remembered', () => {
  const verified = (owner: string) => ({ claims: { sub: owner } }) as unknown as VerifiedToken
  it('stays below its bound, and the oldest goes first', () => {
    const tokens = verifiedTokens(10)
    for (const token of ['aaaa', 'bbbb', 'cccc']) tokens.add(token, verified(token))
    assert.equal(tokens.get('aaaa'), undefined)
    assert.ok(tokens.get('bbbb') && tokens.get('cccc'))
    tokens.add('d'.repeat(11), verified('d'))
    assert.ok(!tokens.get('bbbb') && !tokens.get('cccc') && !tokens.get('d'.repeat(11)))
  })
  it('counts a token once, and gives back the room of a forgotten one', () => {
    const tokens = verifiedTokens(10)
    for (let times = 0; times < 9; times += 1) tokens.add('aaaa', verified('a'))
    tokens.remove('nobody')
    tokens.add('bbbb', verified('b'))
    assert.ok(tokens.get('aaaa') && tokens.get('bbbb'))
    tokens.remove('aaaa')
    tokens.add('cccc', verified('c'))
    assert.ok(tokens.get('bbbb') && tokens.get('cccc'))
  })
})
