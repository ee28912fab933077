import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, describe, it } from 'node:test'
import { allThatComes, parseAnswer, type Sent, serving, TASKS } from '../fixtures.ts'

const server = await serving()
after(server.close)

const json = 'Content-Type: application/json'
const megabytes = (count: number) => Buffer.alloc(count * 1024 * 1024, 'x')

describe('a client that is still sending reads the answer', () => {
  const refused: [string, string, Sent, number][] = [
    ['a body that is too large', `POST ${TASKS}`, { as: 'ada', headers: [json] }, 413],
    ['a type that is refused', `POST ${TASKS}`, { as: 'ada', headers: ['Content-Type: a/b'] }, 415],
    ['no token', `POST ${TASKS}`, { headers: [json] }, 401],
    ['an unknown path', 'POST /nowhere', { headers: [json] }, 404],
    ['another method', 'DELETE /livez', {}, 405],
    ['a hostile origin', `POST ${TASKS}`, { headers: [json, 'Origin: https://evil.example'] }, 403],
    ['a body that is ignored', `DELETE ${TASKS}/x`, { as: 'ada' }, 404],
  ]
  for (const [name, line, sent, status] of refused)
    for (const keep of [false, true])
      it(`${status} to ${name}, its connection ${keep ? 'kept' : 'to be closed'}`, async () => {
        const socket = server.open()
        // All of it is on its way before a byte of the answer is read.
        socket.pause()
        await once(socket, 'connect')
        const body = megabytes(10)
        socket.write(server.bytesOf(line, { ...sent, body, keep: true }))
        if (!keep) {
          const answer = await allThatComes(
            server.open(),
            server.bytesOf(line, { ...sent, body: megabytes(2) }),
          )
          assert.equal(parseAnswer(answer).status, status)
        }
        socket.write(server.bytesOf('GET /livez'))
        const chunks: Buffer[] = []
        socket.on('data', (chunk) => chunks.push(chunk)).resume()
        await once(socket, 'close')
        const text = Buffer.concat(chunks).toString()
        assert.deepEqual(text.match(/HTTP\/1\.1 \d+/g), [`HTTP/1.1 ${status}`, 'HTTP/1.1 200'])
      })
})

describe('what the header section decides', () => {
  const large = 'Content-Length: 99999999'
  const expect = 'Expect: 100-continue'
  const decided: [string, string, Sent, number][] = [
    ['a length beyond the limit', `POST ${TASKS}`, { as: 'ada', headers: [json] }, 413],
    ['a type that is refused', `POST ${TASKS}`, { as: 'ada', headers: ['Content-Type: a/b'] }, 415],
    ['no token', `POST ${TASKS}`, { headers: [json] }, 401],
    ['an unknown path', 'POST /nowhere', {}, 404],
    ['another method', 'PUT /livez', {}, 405],
    ['a hostile origin', `POST ${TASKS}`, { headers: ['Origin: https://evil.example'] }, 403],
  ]
  for (const [name, line, { as, headers = [] }, status] of decided) {
    it(`is answered before the body comes: ${name}`, async () => {
      const socket = server.open()
      const sent = { ...(as && { as }), headers: [...headers, large], keep: true }
      socket.write(server.bytesOf(line, sent))
      const [head] = await once(socket, 'data')
      assert.equal(parseAnswer(head).status, status)
      socket.destroy()
    })
    it(`is answered without 100 Continue: ${name}`, async () => {
      const sent = { ...(as && { as }), headers: [...headers, large, expect], keep: true }
      const answer = await allThatComes(server.open(), server.bytesOf(line, sent))
      assert.equal(parseAnswer(answer).status, status)
      assert.equal(parseAnswer(answer).headers.connection, 'close')
    })
  }

  it('lets a good body be sent', async () => {
    const socket = server.open()
    const body = '{"title":"expected"}'
    const headers = [json, `Content-Length: ${body.length}`, expect]
    socket.write(server.bytesOf(`POST ${TASKS}`, { as: 'ada', headers }))
    const [interim] = await once(socket, 'data')
    assert.equal(String(interim), 'HTTP/1.1 100 Continue\r\n\r\n')
    const answer = await allThatComes(socket, Buffer.from(body))
    assert.equal(parseAnswer(answer).status, 201)
  })
})
