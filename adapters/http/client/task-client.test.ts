import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { Fault } from '../../../domain/fault.ts'
import { memoryTasks } from '../../memory/memory-tasks.ts'
import { serving } from '../fixtures.ts'
import {
  isProblem,
  ProblemError,
  type TaskClientOptions,
  taskClient,
  UnreachableError,
} from './index.ts'

/** The service, and a client of ada's. */
const start = async (
  t: TestContext,
  options: Partial<TaskClientOptions> = {},
  parts: Parameters<typeof serving>[0] = {},
) => {
  const server = await serving(parts)
  t.after(server.close)
  const { port } = server.app.server.address() as AddressInfo
  const clientOf = (sub: string, more: Partial<TaskClientOptions> = {}) =>
    taskClient({ baseUrl: `http://127.0.0.1:${port}`, token: () => server.tokenOf(sub), ...more })
  return { server, clientOf, tasks: clientOf('ada', options) }
}

const allOf = async <T>(values: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = []
  for await (const value of values) found.push(value)
  return found
}

describe('a client', () => {
  it('creates, reads, changes, completes and removes', async (t) => {
    const { tasks } = await start(t)
    const made = await tasks.create({ title: ' Book ', priority: 'high', tags: ['Office'] })
    assert.deepEqual([made.task.title, made.task.tags, made.etag], ['Book', ['office'], '"1"'])
    const { id } = made.task
    assert.deepEqual(await tasks.get(id), made)
    const changed = await tasks.update(id, { description: 'x' }, { ifMatch: made.etag })
    assert.deepEqual([changed.task.description, changed.etag], ['x', '"2"'])
    const done = await tasks.complete(id, true, { ifMatch: changed.etag })
    assert.equal(done.task.completed, true)
    await tasks.remove(id, { ifMatch: done.etag })
    await assert.rejects(tasks.get(id), (error) => isProblem(error, 'task_not_found'))
  })

  it('tells who was faster', async (t) => {
    const { tasks } = await start(t)
    const { task, etag } = await tasks.create({ title: 'a' })
    await tasks.update(task.id, { title: 'b' })
    for (const late of [
      () => tasks.update(task.id, { title: 'c' }, { ifMatch: etag }),
      () => tasks.complete(task.id, true, { ifMatch: etag }),
      () => tasks.remove(task.id, { ifMatch: etag }),
    ])
      await assert.rejects(late, (error) => isProblem(error, 'precondition_failed'))
    assert.equal((await tasks.get(task.id)).task.title, 'b')
  })

  it('tells every value that was refused', async (t) => {
    const { tasks } = await start(t)
    await assert.rejects(tasks.create({ title: ' ', due_date: '2026-02-30' }), (error) => {
      assert.ok(isProblem(error, 'validation_failed'))
      const fields = error.problem.errors?.map(({ field }) => field).sort()
      assert.deepEqual(fields, ['due_date', 'title'])
      return true
    })
  })

  it('goes through all pages, each task once, while others are added', async (t) => {
    const { tasks } = await start(t)
    for (let n = 0; n < 7; n += 1)
      await tasks.create({ title: `t${n}`, priority: n % 2 ? 'low' : 'high' })
    const found: string[] = []
    for await (const page of tasks.pages({ per_page: 3 })) {
      found.push(...page.tasks.map(({ title }) => title))
      await tasks.create({ title: 'meanwhile' })
    }
    assert.deepEqual(found, ['t6', 't5', 't4', 't3', 't2', 't1', 't0'])
    const high = await allOf(
      tasks.list({
        per_page: 1,
        priority: ['high', 'low'],
        search: 'T',
        sort_by: 'title',
        sort_order: 'asc',
      }),
    )
    assert.deepEqual(
      high.map(({ title }) => title),
      ['t0', 't1', 't2', 't3', 't4', 't5', 't6'],
    )
    assert.equal((await tasks.page({ per_page: 2 })).total, 10)
    assert.deepEqual((await tasks.page({ page: 99 })).tasks, [])
  })

  it('shows nobody what is another’s', async (t) => {
    const { tasks, clientOf } = await start(t)
    const { task } = await tasks.create({ title: 'a' })
    const bob = clientOf('bob')
    assert.deepEqual(await allOf(bob.list()), [])
    await assert.rejects(bob.get(task.id), (error) => isProblem(error, 'task_not_found'))
  })

  it('asks for its token once, and again once where it was refused, for all calls together', async (t) => {
    let asked = 0
    const { tasks, server } = await start(t, {
      token: () => {
        asked += 1
        const exp = asked === 1 ? 1 : Math.floor(Date.now() / 1000) + 60
        return server.identity.issue({ sub: 'ada', exp })
      },
    })
    await Promise.all([1, 2, 3].map((n) => tasks.create({ title: `${n}` })))
    assert.equal(asked, 2)
    assert.equal((await tasks.page()).total, 3)
    assert.equal(asked, 2)
  })

  it('does not ask for ever', async (t) => {
    let asked = 0
    const { tasks, server, clientOf } = await start(t, {
      token: () => {
        asked += 1
        return server.identity.issue({ sub: 'ada', exp: asked })
      },
    })
    await assert.rejects(tasks.page(), (error) => isProblem(error, 'token_expired'))
    assert.equal(asked, 2)
    const same = clientOf('ada', { token: () => 'eA.eA.eA' })
    await assert.rejects(same.page(), (error) => isProblem(error, 'token_invalid'))
  })

  for (const [how, ask] of [
    ['at once', (answer: () => string) => answer()],
    ['later', async (answer: () => string) => answer()],
  ] as const)
    it(`passes on why there is no token, told ${how}, and asks again with the next call`, async (t) => {
      let up = false
      const { tasks, server } = await start(t, {
        token: () =>
          ask(() => {
            if (!up) throw new Error('the auth server is down')
            return server.tokenOf('ada')
          }),
      })
      await assert.rejects(tasks.page(), { message: 'the auth server is down' })
      up = true
      assert.equal((await tasks.page()).total, 0)
    })

  it('waits for nothing longer than it was told', async (t) => {
    const { clientOf } = await start(t)
    const signal = AbortSignal.timeout(50)
    const silent = clientOf('ada', { token: () => new Promise(() => {}) })
    await assert.rejects(silent.page({}, { signal }), { name: 'TimeoutError' })
    const impatient = clientOf('ada', { token: () => new Promise(() => {}), totalMs: 20 })
    await assert.rejects(impatient.page(), { name: 'TimeoutError' })
    const nowhere = clientOf('ada', { baseUrl: 'http://127.0.0.1:9', totalMs: 100 })
    await assert.rejects(nowhere.page(), (error) => error instanceof UnreachableError)
  })

  it('gives the time that a limit asks for', async (t) => {
    const { tasks } = await start(t, {}, { settings: { rateLimitPerMinute: 1 } })
    await tasks.page()
    await assert.rejects(tasks.page(), (error) => {
      assert.ok(error instanceof ProblemError && error.code === 'rate_limited')
      assert.ok((error.retryAfterMs ?? 0) > 30_000)
      return true
    })
  })

  it('repeats what was not carried out, and makes one task of it, wherever the clock is set', async (t) => {
    const store = memoryTasks()
    let failures = 0
    const now = Date.now()
    const clock = t.mock.method(Date, 'now', () => now)
    const { tasks } = await start(
      t,
      {},
      {
        tasks: {
          tasksOf: (owner) => {
            const own = store.tasksOf(owner)
            const create: typeof own.create = async (...draft) => {
              failures += 1
              clock.mock.mockImplementation(() => now + failures * 600_000)
              if (failures === 2) await own.create(...draft)
              if (failures <= 2) throw new Fault('outcome_unknown')
              return own.create(...draft)
            }
            return { ...own, create }
          },
        },
      },
    )
    const { task } = await tasks.create({ title: 'once' })
    assert.deepEqual(await allOf(tasks.list()), [task])
    assert.equal(failures, 3)
  })
})
