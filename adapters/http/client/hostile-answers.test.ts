import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { isProblem, type TaskClientOptions, taskClient } from './index.ts'

const task = { id: 'x', title: 'a' }
const listed = { tasks: [task], per_page: 1 }

/** A server that answers as it likes, and what it was asked. */
const start = async (
  t: TestContext,
  listener: (asked: number, ...exchange: Parameters<RequestListener>) => void,
  options: Partial<TaskClientOptions> = {},
) => {
  const requests: { url: string; key: string | undefined }[] = []
  const server = createServer((request, response) => {
    const key = request.headers['idempotency-key']
    requests.push({ url: request.url ?? '', key: key as string | undefined })
    listener(requests.length, request, response)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  const baseUrl = `http://127.0.0.1:${port}`
  return { requests, tasks: taskClient({ baseUrl, token: () => 'a.b.c', ...options }) }
}

const json =
  (
    status: number,
    body: unknown,
    headers = {},
  ): ((...all: Parameters<Parameters<typeof start>[1]>) => void) =>
  (_, __, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
const problem = (status: number, code: string, headers = {}) =>
  json(
    status,
    { status, code, detail: 'd' },
    { 'content-type': 'application/problem+json', ...headers },
  )

describe('a client that is answered', () => {
  const unexpected: [what: string, answer: ReturnType<typeof json>][] = [
    ['with a page of a proxy', json(200, '<html>', { 'content-type': 'text/html' })],
    ['with half of a JSON', json(200, '{"id":')],
    ['with a word', json(200, '"task"')],
    ['with null', json(200, 'null')],
    ['with nothing', json(200, '')],
    ['with another object', json(200, { name: 'x' })],
    ['with an error that is no problem', json(500, '{}')],
    [
      'with a problem that says another status',
      json(
        500,
        { status: 400, code: 'x', detail: 'd' },
        { 'content-type': 'application/problem+json' },
      ),
    ],
    [
      'with a problem that is null',
      json(500, 'null', { 'content-type': 'application/problem+json' }),
    ],
    ['with a status that nobody knows', json(299, '')],
  ]
  for (const [what, answer] of unexpected)
    it(`${what} says so`, async (t) => {
      const { tasks, requests } = await start(t, answer)
      await assert.rejects(tasks.get('x'), { name: 'UnexpectedAnswerError' })
      await assert.rejects(tasks.create({ title: 'a' }), { name: 'UnexpectedAnswerError' })
      await assert.rejects(tasks.page(), { name: 'UnexpectedAnswerError' })
      assert.equal(requests.length, 3)
    })

  it('with a redirect takes the token nowhere', async (t) => {
    const other = await start(t, json(200, task))
    const { tasks } = await start(t, json(307, '', { location: 'http://127.0.0.1:9/' }), {
      totalMs: 300,
    })
    await assert.rejects(tasks.remove('x'), { name: 'UnreachableError' })
    assert.equal(other.requests.length, 0)
  })

  it('with a Link to elsewhere stays where it is, and does not go in circles', async (t) => {
    const { tasks, requests } = await start(
      t,
      json(200, listed, { link: '<https://evil.example/steal?cursor=c%201>; rel="next"' }),
    )
    await assert.rejects(
      async () => {
        for await (const _ of tasks.pages()) assert.ok(requests.length < 5)
      },
      { name: 'UnexpectedAnswerError' },
    )
    assert.deepEqual(
      requests.map(({ url }) => url),
      ['/api/v1/tasks', '/api/v1/tasks?cursor=c+1'],
    )
  })

  it('with pages without end that are empty, ends', async (t) => {
    const { tasks, requests } = await start(t, (n, ...exchange) =>
      json(
        200,
        { tasks: [], per_page: 1 },
        { link: `</api/v1/tasks?cursor=${n}>; rel="next"` },
      )(n, ...exchange),
    )
    await assert.rejects(
      async () => {
        for await (const _ of tasks.pages()) assert.ok(requests.length < 5)
      },
      { name: 'UnexpectedAnswerError' },
    )
  })

  it('with a Retry-After of years gives up at once', async (t) => {
    for (const value of ['99999999', 'Fri, 01 Jan 2100 00:00:00 GMT']) {
      const { tasks, requests } = await start(
        t,
        problem(503, 'overloaded', { 'retry-after': value }),
      )
      await assert.rejects(tasks.create({ title: 'a' }), (error) => isProblem(error, 'overloaded'))
      assert.equal(requests.length, 1)
    }
  })

  it('with a Retry-After that is none tries a few times', async (t) => {
    const { tasks, requests } = await start(t, problem(503, 'overloaded', { 'retry-after': '-1' }))
    await assert.rejects(tasks.create({ title: 'a' }), (error) => isProblem(error, 'overloaded'))
    assert.equal(requests.length, 4)
    assert.equal(new Set(requests.map(({ key }) => key)).size, 1)
    assert.match(requests[0]?.key ?? '', /^[\da-f]{32}$/)
  })

  it('with the end of the connection repeats what has a key or only reads, and nothing else', async (t) => {
    const { tasks, requests } = await start(t, (n, ...exchange) =>
      n % 2 ? exchange[0].socket.destroy() : json(200, task)(n, ...exchange),
    )
    assert.equal((await tasks.create({ title: 'a' })).task.id, 'x')
    assert.equal((await tasks.complete('x', true)).task.id, 'x')
    assert.equal((await tasks.get('x')).task.id, 'x')
    assert.equal(requests.length, 6)
    await assert.rejects(tasks.update('x', { title: 'b' }), { name: 'UnreachableError' })
    assert.equal(requests.length, 7)
    assert.equal((await tasks.update('x', { title: 'b' })).etag, undefined)
    await assert.rejects(tasks.remove('x'), { name: 'UnreachableError' })
  })

  it('without a tag changes nothing under a condition that has none', async (t) => {
    const { tasks, requests } = await start(t, json(200, task))
    const { etag: ifMatch } = await tasks.get('x')
    for (const change of [
      () => tasks.update('x', { title: 'b' }, { ifMatch }),
      () => tasks.complete('x', true, { ifMatch }),
      () => tasks.remove('x', { ifMatch: '' }),
    ])
      await assert.rejects(change, { name: 'TypeError', message: /^ifMatch has no value/ })
    assert.equal(requests.length, 1)
  })

  it('with a list that has no number gives its tasks, but no page', async (t) => {
    const { tasks } = await start(t, json(200, listed))
    assert.deepEqual((await tasks.pages().next()).value, listed)
    await assert.rejects(tasks.page(), { name: 'UnexpectedAnswerError' })
  })

  it('with a change whose fate is unknown tells it, and repeats what was not carried out', async (t) => {
    const unknown = await start(t, problem(503, 'outcome_unknown'))
    await assert.rejects(unknown.tasks.update('x', { title: 'b' }), (error) =>
      isProblem(error, 'outcome_unknown'),
    )
    assert.equal(unknown.requests.length, 1)
    const refused = await start(t, (n, ...exchange) =>
      (n < 3 ? problem(503, 'shutting_down') : json(200, task))(n, ...exchange),
    )
    await refused.tasks.update('x', { title: 'b' })
    assert.equal(refused.requests.length, 3)
  })

  it('by nothing at all ends after the time it was given', async (t) => {
    const { tasks, requests } = await start(t, () => {}, { attemptMs: 1_000, totalMs: 10_000 })
    await assert.rejects(tasks.update('x', {}), { name: 'UnreachableError' })
    assert.equal(requests.length, 1)
    const dripping = await start(t, (_, __, response) => void response.writeHead(200).write('{'), {
      attemptMs: 1_000,
      totalMs: 10_000,
    })
    await assert.rejects(dripping.tasks.update('x', {}), { name: 'UnreachableError' })
  })
})
