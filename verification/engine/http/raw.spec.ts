import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { exchangeRaw } from './raw.ts'

/** What is heard of a server that says just this, and keeps the connection. */
const heard = async (t: TestContext, said: string) => {
  const server = createServer((socket) => {
    socket.once('data', () => socket.write(said))
    t.after(() => socket.destroy())
  }).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const target = new URL(`http://127.0.0.1:${port}`)
  return exchangeRaw(target, { path: '/', raw: true }, [], AbortSignal.timeout(60_000))
}

const refusal = 'HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n'
for (const [interim, continued] of [
  ['', false],
  ['HTTP/1.1 100 Continue\r\n\r\n', true],
  ['HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n', false],
  ['HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n', true],
] as const)
  test(`${interim.slice(9, 25).trim() || 'nothing'} before an answer ${continued ? 'asks' : 'does not ask'} for the body`, async (t) => {
    const response = await heard(t, `${interim}${refusal}`)
    assert.deepEqual([response.status, response.continued], [413, continued])
  })

for (const [status, header] of [
  [204, ''],
  [304, 'Content-Length: 12\r\n'],
] as const)
  test(`${status} ends with its header section, whatever that says`, async (t) => {
    const { status: seen, text } = await heard(t, `HTTP/1.1 ${status} So\r\n${header}\r\n`)
    assert.deepEqual([seen, text], [status, ''])
  })
