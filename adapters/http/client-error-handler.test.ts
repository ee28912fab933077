import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { after, describe, it } from 'node:test'
import { clientErrorHandler } from './client-error-handler.ts'
import { gate, parseAnswer, serving, TASKS } from './fixtures.ts'

const server = await serving()
after(server.close)

const host = 'Host: x\r\n'
const garbage: [string, number, string][] = [
  ['no request line', 400, 'hello\r\n\r\n'],
  ['a TLS greeting', 400, '\x16\x03\x01\x00\xa5\x01'],
  ['a space in the target', 400, `GET /a b HTTP/1.1\r\n${host}\r\n`],
  ['a version that is none', 400, `GET / HTTP/9.9\r\n${host}\r\n`],
  ['a header without a colon', 400, `GET / HTTP/1.1\r\n${host}broken\r\n\r\n`],
  ['NUL in a header', 400, `GET / HTTP/1.1\r\n${host}A: \0\r\n\r\n`],
  ['a length that is no number', 400, `POST / HTTP/1.1\r\n${host}Content-Length: x\r\n\r\n`],
  [
    'two lengths',
    400,
    `POST / HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
  ],
  [
    'a length beside chunks',
    400,
    `POST / HTTP/1.1\r\n${host}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ],
  ['headers of 33 KiB', 431, `GET / HTTP/1.1\r\n${host}A: ${'a'.repeat(33 * 1024)}\r\n\r\n`],
  ['a target of 33 KiB', 431, `GET /${'a'.repeat(33 * 1024)} HTTP/1.1\r\n${host}\r\n`],
]

const assertRefusal = (bytes: Buffer, status: number) => {
  const { headers, json, ...answer } = parseAnswer(bytes)
  assert.equal(answer.status, status)
  assert.equal(headers['content-type'], 'application/problem+json')
  assert.equal(headers['x-content-type-options'], 'nosniff')
  assert.equal(headers['cache-control'], 'no-store')
  assert.equal(headers.connection, 'close')
  assert.equal(Number(headers['content-length']), Buffer.byteLength(answer.text))
  assert.ok(answer.text.length < 400)
  const members = ['type', 'title', 'status', 'detail', 'code', 'request_id']
  assert.deepEqual(Object.keys(json), members)
  assert.deepEqual([json.status, json.request_id], [status, headers['x-request-id']])
  assert.doesNotMatch(answer.text, /HPE_|stack|Error|Parse|\bat\b/)
}

describe('what the parser refuses', () => {
  for (const [name, status, bytes] of garbage)
    it(`is answered like all else: ${name}`, async () => {
      assertRefusal(Buffer.from(await server.raw(bytes), 'latin1'), status)
    })

  it('does not get in the way of others', async () => {
    assert.equal((await server.ada(`GET ${TASKS}`)).status, 200)
  })

  /** A socket that keeps what is written to it. */
  const socketOf = (writable: boolean) => {
    const seen = { written: '', ended: false, destroyed: false }
    const socket = {
      writable,
      write: (text: string) => {
        seen.written += text
      },
      destroySoon: () => {
        seen.ended = true
      },
      destroy: () => {
        seen.destroyed = true
      },
    } as unknown as Socket
    return { seen, socket }
  }
  const failure = (code: string) => Object.assign(new Error('secret'), { code })

  it('is told when it was too slow', () => {
    const { seen, socket } = socketOf(true)
    clientErrorHandler(failure('ERR_HTTP_REQUEST_TIMEOUT'), socket)
    assertRefusal(Buffer.from(seen.written), 408)
    assert.deepEqual([seen.ended, seen.written.includes('secret')], [true, false])
  })

  it('is told nothing once it has gone', () => {
    for (const [code, writable] of [
      ['ECONNRESET', true],
      ['HPE_INVALID_METHOD', false],
    ] as const) {
      const { seen, socket } = socketOf(writable)
      clientErrorHandler(failure(code), socket)
      assert.deepEqual(seen, { written: '', ended: false, destroyed: true })
    }
  })
})

describe('what is asked before something that is no request', () => {
  const statusesOf = async (...bytes: (Buffer | string)[]) => {
    const all = await server.raw(Buffer.concat(bytes.map((it) => Buffer.from(it as string))))
    return all.match(/(?<=HTTP\/1\.1 )\d+/g)
  }
  const asked = (keep: boolean) =>
    server.bytesOf(`POST ${TASKS}`, { as: 'ada', json: { title: 'a' }, keep })

  it('is answered first', async () => {
    assert.deepEqual(await statusesOf(asked(true), asked(true), 'hello\r\n\r\n'), [
      ...['201', '201', '400'],
    ])
  })
  it('is waited for, and nothing more is read', async (t) => {
    const released = gate()
    const slow = await serving({}, (app) => {
      app.addHook('onSend', () => released.opened)
    })
    t.after(() => {
      released.open()
      return slow.close()
    })
    const bytes = [slow.bytesOf('GET /livez', { keep: true }), Buffer.from('hello\r\n\r\n')]
    const answers = slow.raw(Buffer.concat(bytes))
    const [, socket] = await once(slow.app.server, 'clientError')
    assert.ok(socket.isPaused())
    released.open()
    assert.deepEqual((await answers).match(/(?<=HTTP\/1\.1 )\d+/g), ['200', '400'])
  })
  it('is all that is answered where the connection was to end', async () => {
    assert.deepEqual(await statusesOf(asked(false), asked(false)), ['201'])
  })
  it('is refused once, whatever comes in place of its body', async () => {
    for (const [status, ...headers] of [
      ['400', 'Transfer-Encoding: gzip'],
      ['403', 'Transfer-Encoding: chunked', 'Origin: https://evil.example'],
    ] as const) {
      const sent = { as: 'ada', headers, body: 'x\r\n', keep: true }
      assert.deepEqual(await statusesOf(server.bytesOf(`POST ${TASKS}`, sent)), [status])
    }
  })
})

it('a body that its sender gives up is no error of ours', { timeout: 30_000 }, async () => {
  const headers = ['Content-Type: application/json', 'Content-Length: 100']
  const logged = server.lines.length
  const socket = server.open()
  socket.write(server.bytesOf(`POST ${TASKS}`, { as: 'ada', headers, body: '{"t' }))
  const [request] = await once(server.app.server, 'request')
  const closed = new Promise((resolve) => request.once('close', resolve))
  socket.destroy()
  await closed
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate)
  assert.deepEqual(server.lines.slice(logged), [])
})
