import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Fault, type FaultCode } from '../../domain/fault.ts'
import type { Identity } from './identity.ts'

/** An identity, and the issuer that it trusts. */
export interface IdentityUnderTest {
  identity: Identity
  /** a token with a good signature over exactly these claims; three parts, joined by dots */
  issue(claims: Record<string, unknown>): Promise<string> | string
  close?(): Promise<unknown>
}

type Make = () => Promise<IdentityUnderTest> | IdentityUnderTest

/** What every `Identity` must do. */
export const identityContract = (name: string, makeIdentity: Make): void => {
  describe(`${name} is an identity`, () => {
    let it: IdentityUnderTest
    before(async () => {
      it = await makeIdentity()
    })
    after(() => it.close?.())

    const seconds = () => Math.floor(Date.now() / 1000)
    const tokenOf = async (sub: unknown, more: Record<string, unknown> = {}) =>
      it.issue({ sub, iat: seconds(), exp: seconds() + 600, ...more })
    const refuses = (token: string, code: FaultCode) =>
      assert.rejects(it.identity.ownerOf(token), (error) => {
        assert.ok(error instanceof Fault)
        assert.deepEqual([error.code, error.message], [code, code])
        assert.deepEqual([error.violations, 'cause' in error], [[], false])
        return true
      })

    const oddNames = [
      'Ada',
      ' ada',
      'ada ',
      '%',
      '🦊',
      'é',
      'e\u0301',
      '__proto__',
      'a'.repeat(255),
    ]
    for (const sub of ['ada', ...oddNames])
      test(`the owner is the subject, unchanged: ${JSON.stringify(sub).slice(0, 20)}`, async () => {
        assert.equal(await it.identity.ownerOf(await tokenOf(sub)), sub)
      })

    test('tokens used at the same time never exchange their owners', async () => {
      const subjects = Array.from({ length: 50 }, (_, i) => `owner-${i % 5}`)
      const tokens = await Promise.all(subjects.map((sub) => tokenOf(sub)))
      const owners = await Promise.all(tokens.map((token) => it.identity.ownerOf(token)))
      assert.deepEqual(owners, subjects)
    })

    const noNames = [undefined, null, '', 0, true, ['ada'], { ada: 1 }, 'a\0', '\ud800']
    for (const sub of [...noNames, 'a'.repeat(256)])
      test(`no owner is made of ${JSON.stringify(sub)?.slice(0, 20)}`, async () => {
        await refuses(await tokenOf(sub), 'token_invalid')
      })

    test('a token ends, and says so', async () => {
      assert.equal(await it.identity.ownerOf(await tokenOf('ada', { exp: seconds() - 20 })), 'ada')
      await refuses(await tokenOf('ada', { exp: seconds() - 40 }), 'token_expired')
      await refuses(await tokenOf('ada', { exp: undefined }), 'token_invalid')
    })

    test('a token from the future is refused', async () => {
      assert.equal(await it.identity.ownerOf(await tokenOf('ada', { nbf: seconds() + 20 })), 'ada')
      await refuses(await tokenOf('ada', { nbf: seconds() + 60 }), 'token_invalid')
      await refuses(await tokenOf('ada', { iat: seconds() + 60 }), 'token_invalid')
    })

    test('no part of one token holds for another, and forgeries differ in nothing', async () => {
      const ada = await tokenOf('ada')
      const bob = await tokenOf('bob')
      const old = await tokenOf('bob', { exp: 1 })
      const [header, payload, signature] = ada.split('.')
      const none = Buffer.from('{"alg":"none"}').toString('base64url')
      for (const other of [bob, old]) {
        await refuses([header, other.split('.')[1], signature].join('.'), 'token_invalid')
        await refuses([header, payload, other.split('.')[2]].join('.'), 'token_invalid')
        await refuses([none, other.split('.')[1], signature].join('.'), 'token_invalid')
      }
      assert.equal(await it.identity.ownerOf(ada), 'ada')
    })

    test('what is no token is called malformed', async () => {
      const token = await tokenOf('ada')
      const [header, payload, signature] = token.split('.')
      const shapes = [
        ...['', '.', '..', 'null', 'a.b', `${header}.${payload}`, `${header}.${payload}.`],
        ...[`.${payload}.${signature}`, `${header}..${signature}`, `${token}.`, `.${token}`],
        ...[`${token}.${token}`, `${token}.a.a`, `${token}=`],
        ...[` ${token}`, `${token}\n`, `${token}é`],
        ...[`${header} .${payload}.${signature}`, `${header}.${payload}?.${signature}`],
        ...[`${token},${token}`, JSON.stringify({ protected: header, payload, signature })],
        ...[`${header}.${payload}.${'A'.repeat(8192)}`, 'a.'.repeat(1_000_000)],
      ]
      for (const shape of shapes) await refuses(shape, 'token_malformed')
    })
  })
}
