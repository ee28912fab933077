import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it, type TestContext } from 'node:test'
import { memoryTasks } from '../../memory/memory-tasks.ts'
import { allThatComes, gate, ORIGIN, parseAnswer, type Sent, serving, TASKS } from '../fixtures.ts'

/** A server that has begun to close and is kept from going on. */
const closing = async (t: TestContext, parts: Parameters<typeof serving>[0] = {}) => {
  const [begun, finished] = [gate(), gate()]
  const server = await serving(parts, (app) => {
    // Hooks of this kind run in order: by now ours that sets the flag has run.
    app.addHook('preClose', async () => {
      begun.open()
      await finished.opened
    })
  })
  let closed: Promise<unknown> | undefined
  const begin = () => {
    closed ??= server.app.close()
    return begun.opened
  }
  const end = () => {
    finished.open()
    return closed
  }
  t.after(end)
  return { ...server, begin, end }
}

describe('while shutting down', () => {
  it('what arrives is turned away, but for liveness', async (t) => {
    const { send, begin } = await closing(t)
    await begin()
    const refused: [string, Sent?][] = [
      ['GET /health'],
      ['GET /'],
      ['GET /docs'],
      [`GET ${TASKS}`, { as: 'ada' }],
      [`POST ${TASKS}`, { as: 'ada', json: { title: 'a' } }],
      [`GET ${TASKS}`],
      ['GET /nowhere'],
      ['POST /livez'],
    ]
    for (const [line, sent] of refused) {
      const headers = [...(sent?.headers ?? []), `Origin: ${ORIGIN}`]
      const answer = await send(line, { ...sent, headers })
      assert.deepEqual([answer.status, answer.json.code], [503, 'shutting_down'], line)
      assert.match(answer.headers['retry-after'] ?? '', /^\d+$/)
      assert.equal(answer.headers['access-control-allow-origin'], ORIGIN)
      assert.equal(answer.headers['x-content-type-options'], 'nosniff')
    }
    for (const line of ['GET /livez', 'HEAD /livez', 'GET /livez/'])
      assert.equal((await send(line)).status, 200)
    const headers = ['Origin: https://evil.example']
    for (const line of ['GET /livez', 'GET /health', `GET ${TASKS}`])
      assert.equal((await send(line, { headers })).json.code, 'origin_not_allowed')
  })

  it('a connection that was kept ends with its next answer', async (t) => {
    const { open, bytesOf, begin } = await closing(t)
    const socket = open()
    socket.write(bytesOf('GET /livez', { keep: true }))
    const [first] = await once(socket, 'data')
    assert.match(String(first), /Connection: keep-alive/)
    await begin()
    const answer = parseAnswer(await allThatComes(socket, bytesOf('GET /health', { keep: true })))
    assert.deepEqual([answer.status, answer.headers.connection], [503, 'close'])
  })

  for (const path of ['/livez', '/nowhere'])
    it(`so does one that asks for ${path}`, async (t) => {
      const { open, bytesOf, begin } = await closing(t)
      await begin()
      const bytes = bytesOf(`GET ${path}`, { keep: true })
      assert.equal(parseAnswer(await allThatComes(open(), bytes)).headers.connection, 'close')
    })

  it('a connection on which nothing came holds nobody up', async (t) => {
    const { app, open, end } = await closing(t)
    const connected = once(app.server, 'connection')
    const closed = once(open(), 'close')
    await connected
    await Promise.all([end(), app.close(), closed])
  })

  it('what was in flight is answered, all of it where more was asked behind it', async (t) => {
    const store = memoryTasks()
    const [arrived, released] = [gate(), gate()]
    let asked = 0
    const tasks: typeof store = {
      tasksOf: (owner) => ({
        ...store.tasksOf(owner),
        create: async (draft, once) => {
          asked += 1
          if (asked === 3) arrived.open()
          await released.opened
          return store.tasksOf(owner).create(draft, once)
        },
      }),
    }
    const { open, bytesOf, begin, end } = await closing(t, { tasks })
    const bytes = bytesOf(`POST ${TASKS}`, { as: 'ada', json: { title: 'a' }, keep: true })
    const alone = allThatComes(open(), bytes)
    const both = allThatComes(open(), Buffer.concat([bytes, bytes]))
    await arrived.opened
    await begin()
    const ended = end()
    released.open()
    const answer = parseAnswer(await alone)
    assert.deepEqual([answer.status, answer.headers.connection], [201, 'close'])
    const said = String(await both).match(/HTTP\/1\.1 \d+|Connection: \S+/g)
    assert.deepEqual(said, [
      ...['HTTP/1.1 201', 'Connection: keep-alive', 'HTTP/1.1 201', 'Connection: close'],
    ])
    await ended
  })
})
