import assert from 'node:assert/strict'
import { createHmac, randomBytes, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { sharedSecretSigner } from '../signer.ts'
import { compact, hmac } from '../vectors/compact.ts'
import { forgeriesOf } from './forgeries.ts'
import { partsOf } from './parts.ts'
import { isGuessable } from './signature.ts'

const secret = randomBytes(32).toString('hex')
const { users } = await sharedSecretSigner(secret, {}).mint()
const forgeries = await forgeriesOf(users.a, users.b, 'https://api.example')
const of = (id: string) => forgeries.filter(({ check }) => check === id)
const tokenOf = ({ authorization }: { authorization: string }) => authorization.slice(7)

const wellShaped = (token: string) => {
  const parts = token.split('.')
  const canonical = (part: string) =>
    part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part
  return parts.length === 3 && parts.every(canonical)
}

test('no forged token is good, and each is malformed exactly where it says so', () => {
  assert.ok(forgeries.length > 25)
  for (const forgery of forgeries) {
    const token = tokenOf(forgery)
    assert.deepEqual(
      forgery.codes,
      [wellShaped(token) ? 'token_invalid' : 'token_malformed'],
      `${forgery.check} ${forgery.name}`,
    )
    if (!wellShaped(token)) continue
    const input = token.slice(0, token.lastIndexOf('.'))
    const right = createHmac('sha256', secret).update(input).digest('base64url')
    assert.notEqual(right, partsOf(token).signature, `${forgery.check} ${forgery.name}`)
  }
})

test('a flipped bit is one bit', () => {
  const [flipped] = of('A-30').map((it) => partsOf(tokenOf(it)))
  const [good, bad] = [partsOf(users.a), flipped].map((parts) =>
    Buffer.from(parts?.signature ?? '', 'base64url'),
  )
  const differences = [...(good ?? [])].map((byte, index) => byte ^ (bad?.[index] ?? 0))
  assert.deepEqual(
    differences.filter((it) => it !== 0),
    [0b100],
  )
})

test('a respelled signature stands for the same bytes', () => {
  const respelled = of('A-22').find(({ name }) => name.includes('respelled'))
  assert.ok(respelled)
  const bytes = (token: string) => Buffer.from(partsOf(token).signature, 'base64url')
  assert.deepEqual(bytes(tokenOf(respelled)), bytes(users.a))
  assert.notEqual(tokenOf(respelled), users.a)
})

test('the certificate that a token brings is one, and is that of its signature', () => {
  const [forgery] = of('A-66')
  assert.ok(forgery)
  const { fields } = partsOf(tokenOf(forgery))
  const [der = ''] = fields.x5c as string[]
  const certificate = new X509Certificate(Buffer.from(der, 'base64'))
  assert.ok(certificate.verify(certificate.publicKey))
})

test('a common secret is found without a request, a good one is not', () => {
  assert.equal(isGuessable(partsOf(users.a)), false)
  const weak = compact({ alg: 'HS256' }, { sub: 'x' }, hmac('changeme'))
  assert.equal(isGuessable(partsOf(weak)), true)
})
