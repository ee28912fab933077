import assert from 'node:assert/strict'
import { describe, it, mock } from 'node:test'
import fastify, { type FastifyRequest } from 'fastify'
import type { Owner } from '../../../domain/owner.ts'
import { clientAddress, rateLimit } from './rate-limit.ts'
import { RateWindows } from './rate-windows.ts'

const from = (remoteAddress: string, realIp?: string) =>
  ({
    socket: { remoteAddress },
    headers: { 'x-forwarded-for': '9.9.9.9', ...(realIp !== undefined && { 'x-real-ip': realIp }) },
    routeOptions: {},
  }) as unknown as FastifyRequest
const fromOwner = (address: string, owner: string) =>
  Object.assign(from(address), { owner: owner as Owner })
const limited = { name: 'HttpProblem', code: 'rate_limited' }
const limiting = (perMinute: number, behindRailway = false) =>
  rateLimit(fastify(), { perMinute, behindRailway })

describe('the address of a client', () => {
  const rows: [string, string | undefined, boolean, string][] = [
    // peer, X-Real-IP, behind Railway, who is calling
    ['203.0.113.7', undefined, false, '203.0.113.7'],
    ['203.0.113.7', '1.2.3.4', false, '203.0.113.7'],
    ['100.64.0.9', '1.2.3.4', false, '100.64.0.9'],
    ['100.64.0.9', '1.2.3.4', true, '1.2.3.4'],
    ['100.127.255.255', '2001:db8::1', true, '2001:db8::1'],
    ['::ffff:100.64.0.9', '1.2.3.4', true, '1.2.3.4'],
    ['100.64.0.9', undefined, true, '100.64.0.9'],
    ['100.64.0.9', '', true, '100.64.0.9'],
    ['100.128.0.1', '1.2.3.4', true, '100.128.0.1'],
    ['100.63.255.255', '1.2.3.4', true, '100.63.255.255'],
    ['127.0.0.1', '1.2.3.4', true, '127.0.0.1'],
    ['::ffff:203.0.113.7', '1.2.3.4', true, '203.0.113.7'],
    ['fd12::1', '1.2.3.4', true, 'fd12::1'],
    ['', '1.2.3.4', true, ''],
  ]
  for (const [peer, told, behindRailway, expected] of rows)
    it(`${peer || 'nobody'} saying ${told} ${behindRailway ? 'on' : 'off'} Railway`, () =>
      assert.equal(clientAddress(from(peer, told), behindRailway), expected))
})

describe('rates', () => {
  it('count owners apart from each other and from addresses', async () => {
    const { countOwner, countAddress } = await limiting(1)
    const names = ['ada', 'Ada', 'bob', '__proto__', 'constructor', '127.0.0.1', '']
    for (const owner of names) await countOwner(fromOwner('127.0.0.1', owner))
    await countAddress(from('127.0.0.1'))
    for (const owner of names)
      await assert.rejects(countOwner(fromOwner('127.0.0.2', owner)), limited)
    await assert.rejects(countAddress(from('127.0.0.1')), limited)
    await countAddress(from('127.0.0.2'))
  })

  it('take the whole /64 of a customer for one address', async () => {
    const { countAddress } = await limiting(1)
    await countAddress(from('2001:db8:1:2::1'))
    await assert.rejects(countAddress(from('2001:db8:1:2:ffff:ffff:ffff:ffff')), limited)
    await countAddress(from('2001:db8:1:3::1'))
  })

  it('survive any X-Real-IP', async () => {
    const { countAddress } = await limiting(1, true)
    for (const told of ['x', '1.2.3.4, 5.6.7.8', '::zz', '[::1]', '\u00e9', '__proto__'])
      await countAddress(from('100.64.0.1', told))
  })

  it('remember a caller while fewer than 20,000 others call', async () => {
    const { countOwner } = await limiting(1)
    await countOwner(fromOwner('127.0.0.1', 'first'))
    for (let n = 0; n < 19_999; n += 1) await countOwner(fromOwner('127.0.0.1', `${n}`))
    await assert.rejects(countOwner(fromOwner('127.0.0.1', 'first')), limited)
  })

  it('forget the caller who was seen least recently where there are more', () => {
    const windows = new RateWindows()
    const count = (caller: string) => {
      let current = 0
      windows.incr(caller, (_, result) => (current = result?.current ?? 0), 60_000)
      return current
    }
    for (const first of ['ada', 'bob', 'ada']) count(first)
    for (let n = 0; n < 19_999; n += 1) count(`${n}`)
    assert.equal(count('ada'), 3)
    assert.equal(count('bob'), 1)
  })

  it('say in whole seconds when to come back', async () => {
    const { countOwner } = await limiting(1)
    await countOwner(fromOwner('127.0.0.1', 'ada'))
    await assert.rejects(countOwner(fromOwner('127.0.0.1', 'ada')), (error) => {
      const { 'Retry-After': seconds } = (error as { headers: Record<string, string> }).headers
      assert.match(seconds ?? '', /^([1-9]|[1-5]\d|60)$/)
      return true
    })
  })
  for (const [how, ms] of [
    ['back by a year', -31_536_000_000],
    ['forward by a year', 31_536_000_000],
  ] as const)
    it(`last a minute also where the clock of the machine is set ${how}`, async () => {
      const { countOwner } = await limiting(1)
      const ask = () => countOwner(fromOwner('127.0.0.1', 'ada'))
      const [wall, time] = [Date.now(), Math.ceil(performance.now())]
      const passed = mock.method(performance, 'now', () => time)
      const clock = mock.method(Date, 'now', () => wall)
      try {
        await ask()
        clock.mock.mockImplementation(() => wall + ms)
        passed.mock.mockImplementation(() => time + 59_000)
        await assert.rejects(ask(), { ...limited, headers: { 'Retry-After': '1' } })
        passed.mock.mockImplementation(() => time + 60_000)
        await ask()
      } finally {
        mock.restoreAll()
      }
    })
})
