import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Fault } from '../../../domain/fault.ts'
import { type Owner, ownerOf } from '../../../domain/owner.ts'
import { readLimits, writeLimits } from './batch-limits.ts'
import { type Batch, type Batching, batched, type Request, type Result } from './batches.ts'

const requestOf = (name: string, over: Partial<Request> = {}): Request => ({
  owner: ownerOf(name) as Owner,
  batchKey: 'get',
  tasks: 1,
  ...over,
})
const alone = ({ batchKey: _, ...request }: Request): Request => request
const resultsFor = (batch: readonly Request[]): (Result | undefined)[] =>
  batch.map(({ owner, about }) => ({ owner, ...(about !== undefined && { about }) }))

/** Batched requests that record the owners of each statement and return what `send` says. */
const recorded = (
  send: (batch: Batch<Request>) => (Result | undefined)[] = resultsFor,
  options?: Batching,
) => {
  const statements: string[][] = []
  const ask = batched(async (batch: () => Batch<Request>) => {
    await undefined
    const requests = batch()
    statements.push(requests.map(({ owner }) => owner))
    return send(requests)
  }, options)
  return { ask, statements }
}
const all = (ask: (request: Request) => Promise<unknown>, ...requests: Request[]) =>
  Promise.allSettled(requests.map((one) => ask(one)))
const states = (ends: readonly PromiseSettledResult<unknown>[]) => ends.map(({ status }) => status)

/** Statements that are sent when the test says so, and end when it says so. */
const held = (options?: Batching) => {
  const statements: { names: string[]; end: () => void }[] = []
  const free: (() => void)[] = []
  const ask = batched(async (batch: () => Batch<Request>) => {
    await new Promise<void>((resolve) => free.push(resolve))
    const requests = batch()
    const ended = new Promise<void>((end) =>
      statements.push({ names: requests.map(({ owner }) => owner), end }),
    )
    await ended
    return resultsFor(requests)
  }, options)
  return { ask, statements, free }
}
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('requests that come at once', () => {
  it('go in one statement, and everybody gets their own answer', async () => {
    const { ask, statements } = recorded()
    const names = ['ada', 'bob', 'cid', 'ada']
    const results = await Promise.all(names.map((name) => ask(requestOf(name))))
    assert.deepEqual(results, resultsFor(names.map((name) => requestOf(name))))
    assert.deepEqual(statements, [names])
  })

  it('are sent at once and alone when nobody else is being answered', async () => {
    const { ask, statements } = recorded()
    for (const name of ['ada', 'bob']) {
      const result = ask(requestOf(name))
      await undefined
      assert.deepEqual(statements.at(-1), [name])
      await result
    }
  })

  it('share nothing with other kinds, and with nobody where they have none', async () => {
    const { ask, statements } = recorded()
    const other = { batchKey: 'list' }
    await all(
      ask,
      ...[requestOf('ada'), requestOf('bob', other), alone(requestOf('cid'))],
      ...[requestOf('dan'), requestOf('eve', other)],
    )
    assert.deepEqual(statements, [['ada', 'dan'], ['cid'], ['bob', 'eve']])
  })

  it('are no more in one statement than read a hundred tasks together', async () => {
    const { ask, statements } = recorded()
    const large = Array.from({ length: 8 }, (_, n) => requestOf(`${n}`, { tasks: 40 }))
    await all(ask, ...large)
    assert.deepEqual(
      statements.map(({ length }) => length),
      [2, 2, 2, 2],
    )
  })

  it('are spread over the first statements before one grows', async () => {
    const tasksMax = (statements: number) => (statements <= 2 ? 2 : 100)
    const { ask, statements } = recorded(resultsFor, { tasksMax })
    await all(ask, ...Array.from({ length: 12 }, (_, n) => requestOf(`${n}`)))
    assert.deepEqual(
      statements.map(({ length }) => length),
      [2, 2, 8],
    )
  })

  it('go in two statements where they name one task and each may be written once', async () => {
    const { ask, statements } = recorded(resultsFor, { oncePerTask: true })
    const about = 'one task'
    await all(
      ask,
      ...[requestOf('ada', { about }), requestOf('bob', { about }), requestOf('ada', { about })],
      requestOf('cid', { about }),
    )
    assert.deepEqual(statements, [
      ['ada', 'bob'],
      ['ada', 'cid'],
    ])
  })
})

describe('whoever comes while others wait', () => {
  it('for a connection joins them', async () => {
    const { ask, statements, free } = held()
    const results = [ask(requestOf('ada'))]
    await turn()
    results.push(ask(requestOf('bob')))
    free.shift()?.()
    await turn()
    assert.deepEqual(
      statements.map(({ names }) => names),
      [['ada', 'bob']],
    )
    statements[0]?.end()
    await Promise.all(results)
  })

  it('for the end of a statement goes in the next one', async () => {
    const { ask, statements, free } = held({ statementsMax: () => 1 })
    const results = [ask(requestOf('ada'))]
    free.shift()?.()
    await turn()
    results.push(ask(requestOf('bob')))
    await turn()
    results.push(ask(requestOf('cid')))
    await turn()
    assert.equal(free.length, 0, 'nothing is sent before the first has ended')
    statements[0]?.end()
    await turn()
    await turn()
    free.shift()?.()
    await turn()
    assert.deepEqual(statements[1]?.names, ['bob', 'cid'])
    statements[1]?.end()
    await Promise.all(results)
  })

  it('for the end of the turn joins them, although a statement has ended in it', async () => {
    const statements: string[][] = []
    const ends: (() => void)[] = []
    const ask = batched(async (batch: () => Batch<Request>) => {
      await undefined
      const requests = batch()
      statements.push(requests.map(({ owner }) => owner))
      await new Promise<void>((end) => ends.push(end))
      return resultsFor(requests)
    })
    const results = [ask(requestOf('ada'))]
    await turn()
    results.push(ask(requestOf('bob')))
    ends[0]?.()
    await results[0]
    // As the next request comes, whose bytes have arrived in the same turn.
    await new Promise<void>((later) => process.nextTick(later))
    for (const name of ['cid', 'dan']) results.push(ask(requestOf(name)))
    await turn()
    assert.deepEqual(statements, [['ada'], ['bob', 'cid', 'dan']])
    ends[1]?.()
    await Promise.all(results)
  })

  for (const [slow, limits, ms] of [
    ['a write', writeLimits(() => 0), 100],
    ['a read', readLimits(() => 0), 10],
    ['a write far away', writeLimits(() => 30), 130],
    ['a read far away', readLimits(() => 30), 40],
  ] as const)
    it(`for ${slow} that is stuck is kept no longer than ${ms} ms`, async ({ mock }) => {
      mock.timers.enable({ apis: ['setTimeout'] })
      const { ask, free } = held({ ...limits, statementsMax: () => 1 })
      void ask(requestOf('stuck'))
      free.shift()?.()
      await turn()
      void ask(requestOf('bob'))
      mock.timers.tick(ms - 1)
      await turn()
      assert.equal(free.length, 0)
      mock.timers.tick(1)
      await turn()
      assert.equal(free.length, 1)
    })

  it('for nobody goes past those that nobody can join', async () => {
    const { ask, free } = held({ statementsMax: () => 1 })
    for (const name of ['ada', 'bob']) void ask(alone(requestOf(name)))
    void ask(requestOf('cid'))
    assert.equal(free.length, 3)
  })
})

describe('the farther away the database is,', () => {
  for (const [distanceMs, tasks, reads, writes] of [
    [0, 100, 4, 2],
    [1.9, 100, 5, 2],
    [5, 100, 9, 4],
    [30, 600, 34, 17],
    [200, 1_000, 204, 102],
  ] as const)
    it(`the more goes at once: ${tasks} tasks, ${reads} reads and ${writes} writes at ${distanceMs} ms`, () => {
      const at = () => distanceMs
      assert.equal(readLimits(at).tasksMax?.(4), 100, 'the first ones')
      assert.equal(readLimits(at).tasksMax?.(5), tasks)
      assert.equal(readLimits(at).tasksMax?.(9), Math.max(400, tasks), 'behind a crowd')
      assert.equal(readLimits(at).statementsMax?.(), reads)
      assert.equal(writeLimits(at).statementsMax?.(), writes)
    })
})

describe('an answer', () => {
  it('that is meant for somebody else goes to nobody', async () => {
    const { ask } = recorded((batch) => resultsFor(batch).reverse())
    const ends = await all(ask, requestOf('ada'), requestOf('bob'))
    assert.deepEqual(states(ends), ['rejected', 'rejected'])
  })

  it('that is about another task goes to nobody', async () => {
    const { ask } = recorded((batch) => resultsFor(batch).reverse())
    const [one, two] = [requestOf('ada', { about: '1' }), requestOf('ada', { about: '2' })]
    assert.deepEqual(states(await all(ask, one, two)), ['rejected', 'rejected'])
  })

  it('that is missing is asked for once more, alone, and then is an error', async () => {
    const { ask, statements } = recorded((batch) =>
      batch.length > 1 ? [] : batch[0].owner === 'ada' ? resultsFor(batch) : [],
    )
    const ends = await all(ask, requestOf('ada'), requestOf('bob'))
    assert.deepEqual(states(ends), ['fulfilled', 'rejected'])
    assert.deepEqual(statements, [['ada', 'bob'], ['ada'], ['bob']])
  })
})

describe('a statement that fails', () => {
  const reasons = [
    ['because one of them is wrong', new Error('refused'), true],
    ['because it waited too long', timedOut('57014'), true],
    ['because of a lock', timedOut('55P03'), true],
    ['before it could be sent', new Fault('overloaded'), false],
    ['because the database is away', new Fault('database_unavailable'), false],
    ['and may have been carried out', new Fault('outcome_unknown'), false],
  ] as const
  for (const [reason, error, again] of reasons)
    it(`${reason} ${again ? 'is sent again for each, so that the others get theirs' : 'fails all of them'}`, async () => {
      const { ask, statements } = recorded((batch) => {
        if (batch.some(({ owner }) => owner === 'bad')) throw error
        return resultsFor(batch)
      })
      const ends = await all(ask, ...['ada', 'bad', 'bob'].map((one) => requestOf(one)))
      const other = again ? 'fulfilled' : 'rejected'
      assert.deepEqual(states(ends), [other, 'rejected', other])
      for (const end of ends) if (end.status === 'rejected') assert.equal(end.reason, error)
      assert.equal(statements.length, again ? 4 : 1)
    })
})

function timedOut(code: string): Fault {
  const cause = Object.assign(new Error('x'), { code, severity: 'ERROR' })
  return new Fault('overloaded', { cause })
}
