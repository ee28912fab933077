import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, mock, test } from 'node:test'
import { identityContract } from '../../application/ports/identity.contract.ts'
import { Fault } from '../../domain/fault.ts'
import { forge, hmac } from './fixtures.ts'
import { jwtIdentity } from './identity.ts'
import { rotatingIdentity } from './previous-secret.ts'
import { sharedSecretKeys } from './shared-secret.ts'

const [now, before, other] = [0, 1, 2].map(() => randomBytes(32).toString('hex')) as [
  string,
  string,
  string,
]
const verifying = (secret: string) => jwtIdentity({ keys: sharedSecretKeys(secret) })
const signed = (secret: string, claims: object = {}) => {
  const exp = Math.floor(Date.now() / 1000) + 600
  return forge({ alg: 'HS256' }, { sub: 'ada', exp, ...claims }, hmac(secret))
}
const both = { current: verifying(now), previous: verifying(before) }
const ever = Date.now() + 600_000

for (const [name, secret] of Object.entries({ current: now, previous: before }))
  identityContract(`two secrets, a token of the ${name} one`, () => ({
    identity: rotatingIdentity({ ...both, untilMs: ever }),
    issue: (claims) => forge({ alg: 'HS256' }, claims, hmac(secret)),
  }))

test('a token of a third secret is refused like any other forgery', async () => {
  const identity = rotatingIdentity({ ...both, untilMs: ever })
  await assert.rejects(identity.ownerOf(signed(other)), new Fault('token_invalid'))
})

test('from the moment on the previous secret is refused, what was verified before included', async () => {
  let clock = 0
  const identity = rotatingIdentity({ ...both, untilMs: 1_000, now: () => clock })
  const token = signed(before)
  for (clock of [0, 999]) assert.equal(await identity.ownerOf(token), 'ada')
  clock = 1_000
  await assert.rejects(identity.ownerOf(token), new Fault('token_invalid'))
  await assert.rejects(identity.ownerOf(signed(before, { exp: 1 })), new Fault('token_invalid'))
  assert.equal(await identity.ownerOf(signed(now)), 'ada')
})

test('only a signature that is not the current one’s leads to the previous secret', async () => {
  const asked: string[] = []
  const previous = {
    ownerOf: (token: string) => {
      asked.push(token)
      return both.previous.ownerOf(token)
    },
  }
  const identity = rotatingIdentity({ ...both, previous, untilMs: ever })
  await identity.ownerOf(signed(now))
  await assert.rejects(identity.ownerOf(signed(now, { exp: 1 })), { code: 'token_expired' })
  await assert.rejects(identity.ownerOf('a.b'), { code: 'token_malformed' })
  assert.deepEqual(asked, [])
  const failing = { ownerOf: () => Promise.reject(new Error('broken')) }
  const broken = rotatingIdentity({ ...both, current: failing, previous, untilMs: ever })
  await assert.rejects(broken.ownerOf(signed(before)), { message: 'broken' })
  assert.deepEqual(asked, [])
})

describe('what is told', () => {
  const toldAt = (untilMs: number, ...ticks: number[]): boolean[][] => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 0 })
    try {
      const told: boolean[] = []
      rotatingIdentity({ ...both, untilMs, onState: (accepted) => told.push(accepted) })
      return [
        [...told],
        ...ticks.map((ms) => {
          mock.timers.tick(ms)
          return [...told]
        }),
      ]
    } finally {
      mock.timers.reset()
    }
  }

  test('once at the start and once at the end', () => {
    assert.deepEqual(toldAt(1_000, 999, 1, 5_000), [[true], [true], [true, false], [true, false]])
  })
  test('for a week that is one timer', () => {
    const week = 7 * 86_400_000
    assert.deepEqual(toldAt(week, week - 1, 1), [[true], [true], [true, false]])
  })
  test('at the start alone where the time is over by then', () => {
    assert.deepEqual(toldAt(-1, 5_000), [[false], [false]])
  })
  test('once, and not by a timer without end, when the clock is set back by years', () => {
    const delays: number[] = []
    const timer = mock.method(globalThis, 'setTimeout', (_: () => void, ms: number) => {
      delays.push(ms)
      return { unref: () => undefined }
    })
    try {
      rotatingIdentity({ ...both, untilMs: 56 * 365 * 86_400_000, now: () => 0 })
    } finally {
      timer.mock.restore()
    }
    // Node takes 2 ** 31 ms and more for one.
    assert.deepEqual(delays, [2 ** 31 - 1])
  })
  test('not before the end, when the clock is set back meanwhile', () => {
    mock.timers.enable({ apis: ['setTimeout'] })
    try {
      let clock = 0
      const told: boolean[] = []
      const options = { untilMs: 1_000, now: () => clock, onState: (it: boolean) => told.push(it) }
      rotatingIdentity({ ...both, ...options })
      clock = 400
      mock.timers.tick(1_000)
      assert.deepEqual(told, [true])
      clock = 1_000
      mock.timers.tick(600)
      assert.deepEqual(told, [true, false])
    } finally {
      mock.timers.reset()
    }
  })
})
