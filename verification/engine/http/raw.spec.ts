import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import { exchangeRaw } from './raw.ts'

const refusal = 'HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n'
for (const [interim, continued] of [
  ['', false],
  ['HTTP/1.1 100 Continue\r\n\r\n', true],
  ['HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n', false],
  ['HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n', true],
] as const)
  test(`${interim.slice(9, 25).trim() || 'nothing'} before an answer ${continued ? 'asks' : 'does not ask'} for the body`, async (t) => {
    const server = createServer((socket) => {
      socket.once('data', () => socket.end(`${interim}${refusal}`))
    }).listen(0, '127.0.0.1')
    t.after(() => server.close())
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const target = new URL(`http://127.0.0.1:${port}`)
    const signal = AbortSignal.timeout(60_000)
    const response = await exchangeRaw(target, { path: '/', raw: true }, [], signal)
    assert.deepEqual([response.status, response.continued], [413, continued])
  })
