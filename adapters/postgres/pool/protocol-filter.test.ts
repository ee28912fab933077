import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { authenticationOk, errorResponse, message, readyForQuery } from '../faults/wire.ts'
import { protocolFilter } from './protocol-filter.ts'

const login = Buffer.concat([
  authenticationOk,
  message('S', 'client_encoding\0UTF8\0'),
  message('K', Buffer.alloc(8)),
  readyForQuery,
])
const answer = Buffer.concat([
  message('T', 'columns'),
  message('D', 'x'.repeat(100_000)),
  message('C', 'SELECT 1\0'),
])

/** What arrives at the driver of what a server sends, and how the connection stands after that. */
const filtered = async (parts: readonly Buffer[], inspect?: (socket: Socket) => void) => {
  const server = createServer({ noDelay: true }, async (client) => {
    for (const part of parts) {
      client.write(part)
      await new Promise((resolve) => setImmediate(resolve))
    }
    client.end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  const raw = connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1')
  await once(raw, 'connect')
  inspect?.(raw)
  const seen: Buffer[] = []
  let goodbyes = 0
  let error: { code?: string } | undefined
  const socket = protocolFilter(raw, () => {
    goodbyes += 1
  })
  socket.on('data', (chunk: Buffer) => seen.push(Buffer.from(chunk)))
  socket.on('error', (thrown) => {
    error = thrown
  })
  await new Promise((resolve) => socket.once('close', resolve))
  server.close()
  return { seen: Buffer.concat(seen), ready: socket.ready, goodbyes, code: error?.code }
}

test('every byte of a sound conversation goes through, however it is cut', async () => {
  const whole = Buffer.concat([login, answer, readyForQuery])
  const cuts = [1, 2, 3, 5, 7, 11, 4_096, whole.length]
  for (const size of cuts) {
    const step = Math.max(size, size < 100 ? 0 : size)
    const parts: Buffer[] = []
    // The long row in the middle goes in one piece where the others go byte by byte.
    for (let at = 0; at < whole.length; ) {
      const inRow = size < 100 && at >= login.length && at < login.length + answer.length - 20
      const end = Math.min(whole.length, inRow ? login.length + answer.length - 20 : at + step)
      parts.push(whole.subarray(at, end))
      at = end
    }
    const { seen, ready, code } = await filtered(parts)
    assert.ok(seen.equals(whole), `cut by ${size}: ${seen.length} of ${whole.length}`)
    assert.equal(code, undefined)
    assert.equal(ready, true)
  }
})

test('an open transaction, and an answer that has not ended, leave it not ready', async () => {
  assert.equal((await filtered([login, answer])).ready, true)
  assert.equal((await filtered([login, message('Z', 'T')])).ready, false)
  assert.equal((await filtered([login, message('Z', 'E')])).ready, false)
  assert.equal((await filtered([authenticationOk])).ready, false)
})

test('an error of the server is told of at once where it answers nothing', async () => {
  const error = errorResponse('FATAL', '57P01', 'bye')
  const { goodbyes, seen } = await filtered([login, error])
  assert.equal(goodbyes, 1)
  assert.ok(seen.length > login.length)
  assert.equal((await filtered([Buffer.concat([login, error])])).goodbyes, 1)
  assert.equal((await filtered([authenticationOk, error])).goodbyes, 0)
})

for (const [what, ...parts] of [
  ['text', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['a length below the least', Buffer.from([0x52, 0, 0, 0, 3])],
  ['an authentication without its kind', message('R')],
  ['an unknown authentication', message('R', Buffer.from([0, 0, 0, 99]))],
  ['a SASL challenge without content', message('R', Buffer.from([0, 0, 0, 11]))],
  [
    'a SASL challenge that would keep the processor busy for minutes',
    message(
      'R',
      Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from('r=x,s=eA==,i=2000000000')]),
    ),
  ],
  ['a login message without end', Buffer.from([0x53, 0x7f, 0xff, 0xff, 0xff])],
  ['a second login', login, authenticationOk],
  ['a copy that nobody asked for', login, message('G', Buffer.alloc(3))],
  ['a cursor that nobody opened', login, message('s')],
  ['an unknown message', login, message('?')],
  ['an end of more than one byte', login, message('Z', 'IT')],
] as const)
  test(`${what} never reaches the driver`, async () => {
    const { seen, code } = await filtered(parts)
    assert.equal(code, 'PROTOCOL_VIOLATION')
    assert.ok(seen.length <= login.length)
  })
