import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { identityContract } from '../../application/ports/identity.contract.ts'
import { forge, hmac } from './fixtures.ts'
import { jwtIdentity } from './identity.ts'
import { sharedSecretKeys } from './shared-secret.ts'

const secret = randomBytes(32).toString('hex')

identityContract('a shared secret', () => ({
  identity: jwtIdentity({ keys: sharedSecretKeys(secret) }),
  issue: (claims) => forge({ alg: 'HS256', typ: 'JWT' }, claims, hmac(secret)),
}))

test('a secret shorter than 32 bytes is refused', () => {
  assert.throws(() => sharedSecretKeys('s'.repeat(31)), RangeError)
  assert.throws(() => sharedSecretKeys(''), RangeError)
  assert.equal(typeof sharedSecretKeys('s'.repeat(32)).keyFor, 'function')
})

test('the secret counts in bytes of UTF-8', async () => {
  const long = 'é'.repeat(16)
  const claims = { sub: 'ada', exp: Date.now() / 1000 + 60 }
  const token = forge({ alg: 'HS256' }, claims, hmac(long))
  assert.equal(await jwtIdentity({ keys: sharedSecretKeys(long) }).ownerOf(token), 'ada')
})

test('no configuration opens a second algorithm, or switches a check off by an empty list', () => {
  const keys = sharedSecretKeys(secret)
  for (const wrong of [
    { algorithms: ['HS512'] },
    { algorithms: ['HS256', 'RS256'] },
    { algorithms: ['none'] },
    { algorithms: [] },
    { issuers: [] },
    { audiences: [] },
  ])
    assert.throws(() => jwtIdentity({ keys, ...wrong }), RangeError, JSON.stringify(wrong))
})
