import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, it } from 'node:test'
import type { TaskFilter, TaskOrder, TaskPage, TaskQuery } from '../../domain/listing.ts'
import { type Owner, ownerOf } from '../../domain/owner.ts'
import { isTaskId, type Task, type TaskDraft, validDraft } from '../../domain/task.ts'
import type { OwnedTasks, TaskStore } from './owned-tasks.ts'

const someone = (): Owner => ownerOf(`someone-${randomUUID()}`) as Owner
const draft = (title: string, rest: Partial<TaskDraft> = {}): TaskDraft =>
  validDraft({ title, ...rest })
const fault = (code: string) => ({ name: 'Fault', code })
const keyed = (key: string, fingerprint = 'the same request') => ({ key, fingerprint })
const newestFirst: TaskOrder = { by: 'createdAt', order: 'desc' }
const missingId = '01890a5d-ac96-774b-bcce-b302099a8057'

/** What every task store must do, whatever it is made of. Each test speaks for owners of its own. */
export const taskStoreContract = (name: string, store: () => TaskStore): void => {
  const fresh = () => store().tasksOf(someone())
  const query = (over: Partial<TaskQuery> = {}): TaskQuery => ({
    filter: {},
    sort: newestFirst,
    place: { page: 1 },
    perPage: 20,
    ...over,
  })
  const titles = async (tasks: OwnedTasks, filter: TaskFilter) =>
    (await tasks.list(query({ filter }))).tasks.map((task) => task.title).sort()

  describe(`${name}: one task`, () => {
    it('keeps a new task as it was drafted and reads it back', async () => {
      const tasks = fresh()
      const wanted = draft('Ship it 🚢', {
        description: 'a\nb',
        completed: true,
        priority: 'high',
        dueDate: '0001-02-03',
        tags: ['ä', 'b,c', '"'],
      })
      const { task, replayed } = await tasks.create(wanted)
      const { id, createdAt, updatedAt, version, ...kept } = task
      assert.deepEqual(kept, wanted)
      assert.ok(isTaskId(id))
      assert.equal(version, 1)
      assert.equal(replayed, false)
      assert.equal(createdAt, updatedAt)
      assert.equal(new Date(createdAt).toISOString(), createdAt)
      assert.deepEqual(await tasks.get(id), task)
    })

    it('writes the named members only and counts the version', async () => {
      const tasks = fresh()
      const { task } = await tasks.create(
        draft('one', { description: 'kept', dueDate: '2026-01-01' }),
      )
      const changed = await tasks.update(task.id, { title: 'two', dueDate: null, tags: ['x'] })
      const { updatedAt, ...rest } = changed as Task
      const expected = { ...task, title: 'two', dueDate: null, tags: ['x'], version: 2 }
      assert.deepEqual({ ...rest, updatedAt: task.updatedAt }, expected)
      assert.ok(updatedAt > task.updatedAt)
      assert.deepEqual(await tasks.get(task.id), changed)
    })

    it('leaves version and time alone when nothing changes', async () => {
      const tasks = fresh()
      const { task } = await tasks.create(draft('same', { tags: ['a'] }))
      assert.deepEqual(await tasks.update(task.id, {}), task)
      assert.deepEqual(
        await tasks.update(task.id, { title: 'same', description: null, tags: ['a'] }),
        task,
      )
      assert.deepEqual((await tasks.complete(task.id, { completed: false }))?.task, task)
    })

    it('sets and toggles completed', async () => {
      const tasks = fresh()
      const { task } = await tasks.create(draft('toggle'))
      const states = []
      for (const completed of [undefined, undefined, true, true, undefined])
        states.push(
          (await tasks.complete(task.id, completed === undefined ? {} : { completed }))?.task
            .completed,
        )
      assert.deepEqual(states, [true, false, true, true, false])
    })

    it('forgets a removed task everywhere', async () => {
      const tasks = fresh()
      const { task } = await tasks.create(draft('gone'))
      assert.equal(await tasks.remove(task.id), true)
      assert.equal(await tasks.remove(task.id), false)
      assert.equal(await tasks.get(task.id), undefined)
      assert.equal(await tasks.update(task.id, { title: 'x' }), undefined)
      assert.equal(await tasks.complete(task.id, {}), undefined)
      assert.equal((await tasks.list(query())).total, 0)
    })

    it('knows no task by a malformed id', async () => {
      const tasks = fresh()
      const { task } = await tasks.create(draft('mine'))
      for (const id of [
        '',
        'x',
        task.id.toUpperCase(),
        `{${task.id}}`,
        `${task.id} `,
        '%00',
        '\0',
        missingId,
      ]) {
        assert.equal(await tasks.get(id), undefined, id)
        assert.equal(await tasks.update(id, { title: 'x' }), undefined, id)
        assert.equal(await tasks.complete(id, {}), undefined, id)
        assert.equal(await tasks.remove(id), false, id)
      }
    })
  })

  describe(`${name}: isolation`, () => {
    it('never lets one owner see or touch what another has', async () => {
      const [mine, theirs] = [fresh(), fresh()]
      const { task } = await theirs.create(draft('theirs'))
      assert.equal(await mine.get(task.id), undefined)
      assert.equal(await mine.update(task.id, { title: 'x' }, [task.version]), undefined)
      assert.equal(await mine.update(task.id, { title: 'x' }, [99]), undefined)
      assert.equal(
        await mine.complete(task.id, { condition: [99], idempotency: keyed('k') }),
        undefined,
      )
      assert.equal(await mine.remove(task.id, [99]), false)
      assert.equal((await mine.list(query())).total, 0)
      assert.deepEqual(await theirs.get(task.id), task)
    })

    it('tells owners apart byte for byte', async () => {
      const base = someone()
      const { task } = await store().tasksOf(base).create(draft('mine'))
      for (const near of [
        base.toUpperCase(),
        `${base} `,
        ` ${base}`,
        `${base}%`,
        base.slice(0, -1),
      ])
        assert.equal(
          await store()
            .tasksOf(ownerOf(near) as Owner)
            .get(task.id),
          undefined,
          near,
        )
    })

    it('gives everybody what is theirs, however many ask at once', async () => {
      const owners = Array.from({ length: 12 }, fresh)
      const made = await Promise.all(
        owners.map(async (tasks, n) => [
          (await tasks.create(draft(`first of ${n}`))).task,
          (await tasks.create(draft(`second of ${n}`))).task,
        ]),
      )
      const oldest = query({ sort: { by: 'title', order: 'asc' }, perPage: 1 })
      await Promise.all(
        owners.flatMap((tasks, n) => [
          ...made.flat().map(async (task) => {
            const own = made[n]?.includes(task)
            assert.deepEqual(await tasks.get(task.id), own ? task : undefined)
          }),
          ...[query(), query(), oldest].map(async (page) => {
            const { total, tasks: found } = await tasks.list(page)
            const all = found.map(({ title }) => title).sort()
            assert.deepEqual(all, [`first of ${n}`, `second of ${n}`].slice(0, page.perPage))
            assert.equal(total, 2)
          }),
          (async () => {
            const place = { after: { key: `first of ${n}`, id: made[n]?.[0]?.id as string } }
            const { tasks: found } = await tasks.list({ ...oldest, place })
            assert.deepEqual(found, [made[n]?.[1]])
          })(),
        ]),
      )
    })

    it('scopes an idempotency key to its owner', async () => {
      const [mine, theirs] = [fresh(), fresh()]
      const first = await theirs.create(draft('theirs'), keyed('shared key'))
      const second = await mine.create(draft('mine'), keyed('shared key', 'another request'))
      assert.equal(second.replayed, false)
      assert.notEqual(second.task.id, first.task.id)
    })
  })

  describe(`${name}: preconditions`, () => {
    it('writes only when the version is one of those named', async () => {
      const tasks = fresh()
      const { task } = await tasks.create(draft('v1'))
      for (const condition of [[], [2], [2, 3]]) {
        await assert.rejects(
          tasks.update(task.id, { title: 'no' }, condition),
          fault('precondition_failed'),
        )
        await assert.rejects(tasks.complete(task.id, { condition }), fault('precondition_failed'))
        await assert.rejects(tasks.remove(task.id, condition), fault('precondition_failed'))
      }
      assert.deepEqual(await tasks.get(task.id), task)
      assert.equal((await tasks.update(task.id, { title: 'v2' }, [1, 7]))?.version, 2)
      assert.equal(await tasks.remove(task.id, [2]), true)
    })

    it('lets exactly one of two conditional updates win', async () => {
      const tasks = fresh()
      const { task } = await tasks.create(draft('race'))
      const attempts = ['a', 'b'].map((title) => tasks.update(task.id, { title }, [1]))
      const results = await Promise.allSettled(attempts)
      assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
      assert.equal((await tasks.get(task.id))?.version, 2)
    })

    it('lets 20 parallel updates of different members all survive', async () => {
      const tasks = fresh()
      const { task } = await tasks.create(draft('all'))
      const members = [
        { title: 'T' },
        { description: 'D' },
        { priority: 'high' },
        { dueDate: '2030-01-01' },
      ] as const
      await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          tasks.update(task.id, n % 5 === 4 ? { tags: ['t'] } : (members[n % 5] ?? {})),
        ),
      )
      const end = (await tasks.get(task.id)) as Task
      const { title, description, priority, dueDate, tags, version } = end
      assert.deepEqual(
        { title, description, priority, dueDate, tags, version },
        {
          title: 'T',
          description: 'D',
          priority: 'high',
          dueDate: '2030-01-01',
          tags: ['t'],
          version: 6,
        },
      )
    })

    it('loses no toggle of many in parallel', async () => {
      const tasks = fresh()
      const { task } = await tasks.create(draft('flip'))
      await Promise.all(Array.from({ length: 9 }, () => tasks.complete(task.id, {})))
      const end = await tasks.get(task.id)
      assert.deepEqual([end?.completed, end?.version], [true, 10])
    })
  })

  describe(`${name}: idempotency`, () => {
    it('creates one task for 20 equal keys at once and tells all of them the same', async () => {
      const tasks = fresh()
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, () => tasks.create(draft('only one'), keyed('k1'))),
      )
      assert.equal(outcomes.filter(({ replayed }) => !replayed).length, 1)
      assert.equal(new Set(outcomes.map(({ task }) => JSON.stringify(task))).size, 1)
      assert.equal((await tasks.list(query())).total, 1)
    })

    it('toggles once for 20 equal keys at once', async () => {
      const tasks = fresh()
      const { task } = await tasks.create(draft('once'))
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, () => tasks.complete(task.id, { idempotency: keyed('k2') })),
      )
      assert.equal(outcomes.filter((it) => it?.replayed === false).length, 1)
      assert.ok(outcomes.every((it) => it?.task.completed))
      assert.equal((await tasks.get(task.id))?.version, 2)
    })

    it('answers a replay as it was, whatever has become of the task', async () => {
      const tasks = fresh()
      const first = await tasks.create(draft('then'), keyed('k3'))
      await tasks.update(first.task.id, { title: 'now' })
      const done = await tasks.complete(first.task.id, { idempotency: keyed('k4') })
      await tasks.remove(first.task.id)
      assert.deepEqual(await tasks.create(draft('then'), keyed('k3')), { ...first, replayed: true })
      const again = await tasks.complete(first.task.id, {
        idempotency: keyed('k4'),
        condition: [99],
      })
      assert.deepEqual(again, { ...done, replayed: true })
    })

    it('refuses a key that was used for another request', async () => {
      const tasks = fresh()
      const { task } = await tasks.create(draft('a'), keyed('k5', 'one'))
      await assert.rejects(
        tasks.create(draft('b'), keyed('k5', 'two')),
        fault('idempotency_key_reused'),
      )
      assert.equal((await tasks.list(query())).total, 1)
      assert.equal(
        (await tasks.complete(task.id, { idempotency: keyed('k5', 'three') }))?.replayed,
        false,
      )
    })

    it('looks at the key before the id, whatever the id is', async () => {
      const tasks = fresh()
      const { task } = await tasks.create(draft('a'))
      await tasks.complete(task.id, { idempotency: keyed('k8', 'one') })
      for (const id of [missingId, 'malformed', ''])
        await assert.rejects(
          tasks.complete(id, { idempotency: keyed('k8', 'two') }),
          fault('idempotency_key_reused'),
        )
      assert.equal(await tasks.complete('malformed', { idempotency: keyed('k9') }), undefined)
    })

    it('records successes only', async () => {
      const tasks = fresh()
      assert.equal(await tasks.complete(missingId, { idempotency: keyed('k6') }), undefined)
      const { task } = await tasks.create(draft('a'))
      const refused = tasks.complete(task.id, { idempotency: keyed('k7'), condition: [9] })
      await assert.rejects(refused, fault('precondition_failed'))
      const outcome = await tasks.complete(task.id, { idempotency: keyed('k7'), condition: [1] })
      assert.equal(outcome?.replayed, false)
    })
  })

  describe(`${name}: lists`, () => {
    const walk = async (tasks: OwnedTasks, over: Partial<TaskQuery>): Promise<Task[]> => {
      const all: Task[] = []
      let page: TaskPage = await tasks.list(query(over))
      for (let pages = 0; pages < 50; pages += 1) {
        all.push(...page.tasks)
        if (!page.next) return all
        page = await tasks.list(query({ ...over, place: { after: page.next } }))
        assert.equal(page.total, undefined)
      }
      return assert.fail('the list never ends')
    }

    it('walks every order in both directions, by page and by position alike', async () => {
      const tasks = fresh()
      const dates = ['2026-05-01', null, '2026-01-01', '2026-05-01', null, '9999-12-31']
      const names = ['b', 'B', 'ä', 'b', 'a', '🚢']
      for (const [n, dueDate] of dates.entries()) {
        const priority = (['high', 'low', 'medium'] as const)[n % 3] ?? 'low'
        const { task } = await tasks.create(draft(names[n] ?? '', { dueDate, priority }))
        if (n % 2) await tasks.update(task.id, { description: 'touched' })
      }
      for (const by of ['createdAt', 'updatedAt', 'dueDate', 'priority', 'title'] as const) {
        const both: string[][] = []
        for (const order of ['asc', 'desc'] as const) {
          const sort = { by, order }
          const whole = await tasks.list(query({ sort, perPage: 100 }))
          const ids = whole.tasks.map(({ id }) => id)
          assert.equal(whole.total, 6)
          assert.equal(new Set(ids).size, 6)
          assert.deepEqual(
            (await walk(tasks, { sort, perPage: 2 })).map(({ id }) => id),
            ids,
            `${by} ${order}`,
          )
          const pages = await Promise.all(
            [1, 2, 3].map((page) => tasks.list(query({ sort, perPage: 2, place: { page } }))),
          )
          assert.deepEqual(
            pages.flatMap((page) => page.tasks.map(({ id }) => id)),
            ids,
          )
          both.push(whole.tasks.map((task) => expectedKey(task, by)))
        }
        const [up = [], down = []] = both
        const present = (keys: string[]) => keys.filter((key) => key !== 'null')
        assert.deepEqual(present(up), present(up).sort(byBytes), by)
        assert.deepEqual(present(down), present(down).sort(byBytes).reverse(), by)
        if (by === 'dueDate')
          assert.deepEqual(
            [up.slice(4), down.slice(4)],
            [
              ['null', 'null'],
              ['null', 'null'],
            ],
          )
      }
    })

    it('neither skips nor repeats when tasks are added between pages', async () => {
      const tasks = fresh()
      for (let n = 0; n < 6; n += 1) await tasks.create(draft(`old ${n}`))
      const first = await tasks.list(query({ perPage: 3 }))
      await tasks.create(draft('new'))
      assert.ok(first.next)
      const second = await tasks.list(query({ perPage: 3, place: { after: first.next } }))
      const seen = [...first.tasks, ...second.tasks].map((task) => task.title)
      assert.deepEqual(seen, ['old 5', 'old 4', 'old 3', 'old 2', 'old 1', 'old 0'])
      assert.equal(second.next, undefined)
    })

    it('ends with an empty page far beyond the end, and still counts', async () => {
      const tasks = fresh()
      await tasks.create(draft('only'))
      for (const page of [2, 1e9, Number.MAX_SAFE_INTEGER])
        assert.deepEqual(await tasks.list(query({ place: { page }, perPage: 100 })), {
          tasks: [],
          total: 1,
        })
    })

    it('filters by completed, priority, tags and dates, alone and together', async () => {
      const tasks = fresh()
      await tasks.create(
        draft('a', { completed: true, priority: 'high', tags: ['x', 'y'], dueDate: '2026-01-01' }),
      )
      await tasks.create(draft('b', { priority: 'low', tags: ['x'], dueDate: '2026-02-01' }))
      await tasks.create(draft('c', { priority: 'medium' }))
      assert.deepEqual(await titles(tasks, { completed: false }), ['b', 'c'])
      assert.deepEqual(await titles(tasks, { completed: true }), ['a'])
      assert.deepEqual(await titles(tasks, { priorities: ['low', 'high'] }), ['a', 'b'])
      assert.deepEqual(await titles(tasks, { tags: ['x'] }), ['a', 'b'])
      assert.deepEqual(await titles(tasks, { tags: ['y', 'x'] }), ['a'])
      assert.deepEqual(await titles(tasks, { tags: ['%'] }), [])
      assert.deepEqual(await titles(tasks, { dueBefore: '2026-01-01' }), ['a'])
      assert.deepEqual(await titles(tasks, { dueAfter: '2026-01-01' }), ['a', 'b'])
      assert.deepEqual(await titles(tasks, { dueAfter: '2026-01-02', dueBefore: '2026-02-01' }), [
        'b',
      ])
      assert.deepEqual(
        await titles(tasks, { tags: ['x'], completed: false, priorities: ['high'] }),
        [],
      )
    })

    it('searches literally, whatever the case, in title and description', async () => {
      const tasks = fresh()
      await tasks.create(draft('100% done'))
      await tasks.create(draft('under_score \\ back'))
      await tasks.create(draft('ÄRGER', { description: 'Über' }))
      await tasks.create(draft("it's", { description: 'x' }))
      const found: [string, string[]][] = [
        ['%', ['100% done']],
        ['_', ['under_score \\ back']],
        ['\\', ['under_score \\ back']],
        ['DONE', ['100% done']],
        ['ärger', ['ÄRGER']],
        ['ÜBER', ['ÄRGER']],
        ["'", ["it's"]],
        ['under score', []],
      ]
      for (const [search, expected] of found)
        assert.deepEqual(await titles(tasks, { search }), expected, search)
    })
  })
}

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

const expectedKey = (task: Task, by: TaskOrder['by']): string => {
  if (by === 'priority') return { low: '1', medium: '2', high: '3' }[task.priority]
  return String(task[by])
}
