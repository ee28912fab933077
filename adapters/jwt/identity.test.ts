import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../../domain/fault.ts'
import { ed25519Key, forge, hmac, type Part } from './fixtures.ts'
import { jwtIdentity } from './identity.ts'
import { jwkSet } from './jwk-set.ts'
import { sharedSecretKeys } from './shared-secret.ts'

const secret = 'identity-'.repeat(4)
const published = ed25519Key('published')
const set = jwkSet(Buffer.from(JSON.stringify({ keys: [published.publicJwk] })))
const identities = [
  jwtIdentity({ keys: sharedSecretKeys(secret) }),
  jwtIdentity({ keys: { algorithms: ['EdDSA'], keyFor: (header) => set.select(header) } }),
]
const claims = { sub: 'ada', exp: Math.floor(Date.now() / 1000) + 600 }
const signed = (header: Part, key = secret, hash?: string) => forge(header, claims, hmac(key, hash))

const good = [
  signed({ alg: 'HS256', kid: '../../dev/null' }),
  signed({ alg: 'HS256', b64: true, typ: 'at+jwt' }),
]
test('the token that the forgeries below are made of is good', async () => {
  for (const token of good) assert.equal(await identities[0]?.ownerOf(token), 'ada')
  assert.equal(await identities[1]?.ownerOf(published.issue(claims)), 'ada')
})

const forgeries: Record<string, string> = {}
const spellings = ['none', 'None', 'NONE', 'nOnE', 'none ', ' none', 'n\u043ene', '']
for (const alg of [...spellings, null, 0, ['none'], ['HS256'], {}, true, undefined]) {
  const name = `alg ${JSON.stringify(alg)}`
  forgeries[`${name}, no real signature`] = forge({ alg }, claims, () => Buffer.from('x'))
  forgeries[`${name}, a good signature`] = signed({ alg })
}
const others = ['hs256', 'HS256 ', 'HS384', 'HS512', 'RS256', 'PS256', 'ES256', 'EdDSA', 'dir']
for (const alg of [...others, '__proto__', 'constructor'])
  forgeries[`alg ${alg} over HS256`] = signed({ alg, kid: 'published' })
for (const bits of ['384', '512'])
  forgeries[`HS${bits}, the right secret`] = signed({ alg: `HS${bits}` }, secret, `sha${bits}`)

for (const text of ['[]', 'null', '"x"', '0', '{', '[{"alg":"HS256"}]', '\ufeff{"alg":"HS256"}'])
  forgeries[`header ${text}`] = signed(text)
forgeries['header in invalid UTF-8'] = signed(Buffer.from('{"alg":"HS256","a":"\xff"}', 'latin1'))
forgeries['alg twice'] = signed('{"alg":"none","alg":"HS256"}')
forgeries['alg twice, once escaped'] = signed('{"\\u0061lg":"none","alg":"HS256"}')
forgeries['a header 1000 deep'] = signed(`{"a":${'['.repeat(1000)}${']'.repeat(1000)},"alg":0}`)

for (const crit of [['vrf'], [], 'b64', ['b64'], ['exp'], ['vrf', 'vrf'], ['alg'], null, {}, 0])
  forgeries[`crit ${JSON.stringify(crit)}`] = signed({
    ...{ alg: 'HS256', crit, vrf: 1, b64: true, exp: 1 },
  })
for (const b64 of [false, null, 0, 'false', 'true'])
  forgeries[`b64 ${JSON.stringify(b64)}`] = signed({ alg: 'HS256', b64 })

const guesses = ['', '\0', 'secret', 'undefined', 'null', '2\n', `${secret}x`, secret.slice(1)]
const kids = [undefined, null, '/dev/null', "x' UNION SELECT '1';--", '__proto__', 'published']
for (const kid of kids)
  for (const key of guesses)
    forgeries[`kid ${kid}, signed with ${JSON.stringify(key)}`] = signed({ alg: 'HS256', kid }, key)

for (const length of [1, 8, 16, 31, 33, 64])
  forgeries[`a signature of ${length} bytes`] = forge({ alg: 'HS256' }, claims, (input) => {
    const signature = hmac(secret)(input)
    return Buffer.concat([signature, signature]).subarray(0, length)
  })
forgeries['forged and expired'] = forge({ alg: 'HS256' }, { ...claims, exp: 0 }, hmac('other'))
forgeries['forged without claims'] = forge({ alg: 'HS256' }, 'null', hmac('other'))

for (const [name, token] of Object.entries(forgeries))
  test(`refused in both modes, all alike: ${name}`, async () => {
    for (const identity of identities)
      await assert.rejects(identity.ownerOf(token), (error) => {
        assert.deepEqual(error, new Fault('token_invalid'))
        return error instanceof Fault && !('cause' in error)
      })
  })

test('the table is whole', () => assert.equal(Object.keys(forgeries).length, 125))

test('the signature is judged before the claims, the shape before the keys', async () => {
  const asked: unknown[] = []
  const keyFor = async (header: { alg?: string }) => {
    asked.push(header.alg)
    throw new Fault('authentication_unavailable')
  }
  const identity = jwtIdentity({ keys: { algorithms: ['HS256'], keyFor } })
  await assert.rejects(identity.ownerOf('a.b'), { code: 'token_malformed' })
  await assert.rejects(identity.ownerOf(signed({ alg: 'none' })), { code: 'token_invalid' })
  await assert.rejects(identity.ownerOf(signed({ alg: 'HS256', crit: [] })), {
    code: 'token_invalid',
  })
  assert.deepEqual(asked, [])
  await assert.rejects(identity.ownerOf(signed({ alg: 'HS256' })), {
    code: 'authentication_unavailable',
  })
  assert.deepEqual(asked, ['HS256'])
})
