import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { request } from 'undici'
import { hostileOrigins } from './hostile-origins.ts'

const shop = ['https://shop.vercel.app', 'https://shop.example.com']
const target = new URL('https://api.example.com')
const lists = [
  shop,
  ['https://example.com'],
  ['https://example.com:8443'],
  ['http://localhost:3000', 'http://localhost:8000'],
  ['http://127.0.0.1:5173'],
  ['http://[::1]:3000'],
  ['https://shop.example.com', 'http://shop.example.com'],
]

describe('hostile origins', () => {
  it('are 42 for two names, and fewer only where a name has no suffix', () => {
    const counts = lists.map((allowed) => hostileOrigins(allowed, 'abc', target).length)
    assert.deepEqual(counts, [42, 42, 41, 35, 35, 34, 41])
  })

  for (const allowed of lists) {
    it(`never hold an allowed one, nor one twice: ${allowed}`, () => {
      const values = hostileOrigins(allowed, 'abc', target).map(({ value }) => value)
      assert.equal(new Set(values).size, values.length)
      // A field value loses the white space around it (RFC 9110 §5.5).
      assert.deepEqual(
        values.filter((value) => allowed.includes(value.trim())),
        [],
      )
    })
  }

  it('leave the service itself out where it is allowed or unknown', () => {
    const values = (own?: URL) => hostileOrigins(shop, 'abc', own).map(({ value }) => value)
    assert.ok(values(target).includes(target.origin))
    assert.ok(!values(new URL(shop[1] ?? '')).includes(shop[1] ?? ''))
    assert.equal(values().length, values(target).length - 1)
  })

  it('leave out what is welcome in development where the target says that it is in development', () => {
    const values = (environment: string) =>
      hostileOrigins(shop, 'abc', target, environment).map(({ value }) => value)
    const welcome = values('production').filter((it) => !values('development').includes(it))
    assert.deepEqual(welcome, [target.origin, 'http://localhost:3000'])
  })

  it('differ with every run where a server could know them', () => {
    const [one, two] = ['abc', 'def'].map((random) => hostileOrigins(shop, random))
    assert.notEqual(one?.[0]?.value, two?.[0]?.value)
  })

  it('begin with the most telling ones', () => {
    const values = hostileOrigins(shop, 'abc').map(({ value }) => value)
    assert.deepEqual(values.slice(0, 7), [
      'http://10.97.98.99',
      'null',
      'http://shop.vercel.app',
      'https://shop.vercel.app:80',
      'https://shop.vercel.app.vrfabc.example',
      'https://evilshop.vercel.app',
      `https://${`${'evil'.repeat(15)}.`.repeat(3)}shop.vercel.app`,
    ])
  })

  it('arrive byte for byte', async () => {
    const server = createServer(({ headers }, response) =>
      response.end(Buffer.from(headers.origin ?? 'none', 'latin1')),
    ).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    try {
      for (const { name, value } of hostileOrigins(shop, 'abc', target)) {
        const { body } = await request(`http://127.0.0.1:${port}/`, { headers: ['Origin', value] })
        const arrived = Buffer.from(await body.arrayBuffer()).toString('latin1')
        assert.equal(arrived, value, name)
      }
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
})
