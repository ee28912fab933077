import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { claimsIn } from '../../engine/users.ts'
import { sharedSecretSigner } from '../signer.ts'

const secret = randomBytes(32).toString('hex')
const env = { AUTH_ISSUER: 'https://auth.example, https://old.example', AUTH_AUDIENCE: 'api' }
const now = Date.now() / 1000
const LEEWAY_S = 30
const { users, vectors, neighbourhoods = [] } = await sharedSecretSigner(secret, env).mint()

const decoded = (part = '') => Buffer.from(part, 'base64url').toString()

/** Which rules of the contract a token breaks: a second reading of it, to judge what the first one made. */
const broken = (token: string): string[] => {
  const [h = '', , s] = token.split('.')
  const header = JSON.parse(decoded(h))
  const p = token.slice(h.length + 1, token.lastIndexOf('.'))
  const payload = JSON.parse(header.b64 === false && header.crit ? p : jsonOf(decoded(p)))
  const hash = { HS384: 'sha384', HS512: 'sha512' }[header.alg as string] ?? 'sha256'
  const rules: Record<string, boolean> = {
    signature: createHmac(hash, secret).update(`${h}.${p}`).digest('base64url') === s,
    alg: header.alg === 'HS256',
    crit: !('crit' in header),
    b64: header.b64 !== false,
    length: token.length <= 8192,
    claims: typeof payload === 'object' && payload !== null && !Array.isArray(payload),
  }
  if (rules.claims) {
    const { sub, exp, nbf = now, iat = now, iss, aud } = payload
    rules.exp = Number.isFinite(exp) && exp + LEEWAY_S > now
    rules.nbf = Number.isFinite(nbf) && nbf <= now + LEEWAY_S
    rules.iat = Number.isFinite(iat) && iat <= now + LEEWAY_S
    rules.sub = typeof sub === 'string' && /^\P{Cc}{1,255}$/u.test(sub)
    rules.iss = iss === 'https://auth.example' || header.crit !== undefined
    rules.aud = [aud].flat().includes('api') || header.crit !== undefined
  }
  return Object.keys(rules).filter((rule) => !rules[rule])
}

const jsonOf = (text: string) => (text.startsWith('{') || text.startsWith('[') ? text : '"text"')

const expected: Record<string, readonly string[]> = {
  'A-37': ['alg'],
  'A-40': ['exp'],
  'A-42': ['exp'],
  'A-43': ['exp'],
  'A-44': ['nbf'],
  'A-45': ['iat'],
  'A-46': ['iss'],
  'A-47': ['aud'],
  'A-48': ['sub'],
  'A-49': ['alg'],
  'A-54': ['claims'],
  'A-55': ['length'],
  'A-67': ['crit'],
  'A-68': ['b64'],
  'A-69': ['claims'],
  'A-89': ['signature'],
}

test('every token to be refused breaks one rule, and has a good signature unless that is the rule', () => {
  const refused = vectors.filter(({ expect }) => expect === 'refused')
  assert.ok(refused.length > 20)
  for (const { check, name, token } of refused) {
    const rules = broken(token).filter((rule) => !(check === 'A-68' && rule === 'crit'))
    assert.deepEqual(rules, expected[check], `${check} ${name}`)
  }
  assert.deepEqual(
    [...new Set(refused.map(({ check }) => check))].sort(),
    Object.keys(expected).sort(),
  )
})

test('every token to be taken breaks none while it is meant to be used, and is somebody else’s', () => {
  const subjects = Object.values(users).map((token) => claimsIn(token).sub)
  for (const { check, name, token, expect, during } of vectors) {
    if (expect === 'refused' || (during && !(during[0] <= now && now < during[1]))) continue
    assert.deepEqual(broken(token), [], `${check} ${name}`)
    assert.ok(!subjects.includes(claimsIn(token).sub), `${check} ${name}`)
  }
})

test('neighbours have good tokens, and each a subject of their own', () => {
  const all = neighbourhoods.flatMap(({ token, others }) => [
    token,
    ...others.map((it) => it.token),
  ])
  for (const token of all) assert.deepEqual(broken(token), [])
  assert.equal(new Set(all.map((token) => claimsIn(token).sub)).size, all.length)
  assert.ok(all.length > 20)
})

test('the leeway is used at any time of a pack’s life, both ways', () => {
  for (let at = 0; at < 890; at += 5) {
    const time = Math.floor(now) + at + 1
    const due = vectors.filter(
      ({ check, during }) => check === 'A-41' && during && during[0] <= time && time < during[1],
    )
    assert.equal(due.length, 2)
    for (const { token } of due) {
      const { exp, nbf, iat } = claimsIn(token) as Record<string, number>
      const differences = [time - (exp ?? 0), (nbf ?? 0) - time, (iat ?? 0) - time]
      assert.equal(Math.max(...differences.filter((it) => it < 100)) < 25, true)
    }
  }
})

test('soon after they were made a token ends in each second, and is good until then', () => {
  const ending = vectors.filter(({ check }) => check === 'D-54')
  const ends = ending.map(({ during, token }) => {
    assert.equal(during?.[1], Number(claimsIn(token).exp) + LEEWAY_S)
    return Number(during?.[1]) - Number(during?.[0])
  })
  assert.deepEqual(
    ends,
    ends.map((_, index) => index + 1),
  )
  assert.ok(ends.length >= 60)
})

test('the users differ in nothing but their subject, and the first issuer and audience are theirs', () => {
  const { sub: a, ...restA } = claimsIn(users.a)
  const { sub: b, ...restB } = claimsIn(users.b)
  assert.notEqual(a, b)
  assert.deepEqual(restA, restB)
  assert.equal(restA.iss, 'https://auth.example')
  assert.equal(restA.aud, 'api')
  assert.deepEqual(broken(users.a), [])
})

test('what the minter does not know is neither claimed nor tested', async () => {
  const pack = await sharedSecretSigner(secret, { AUTH_ISSUER: ' ' }).mint()
  assert.equal('iss' in claimsIn(pack.users.a), false)
  assert.equal(
    pack.vectors.some(({ check }) => check === 'A-46' || check === 'A-47'),
    false,
  )
})
