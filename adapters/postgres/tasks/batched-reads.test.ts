import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Fault } from '../../../domain/fault.ts'
import { type Owner, ownerOf } from '../../../domain/owner.ts'
import { type Batch, batchedReads, type Read } from './batched-reads.ts'

const readOf = (name: string, over: Partial<Read> = {}): Read => ({
  owner: ownerOf(name) as Owner,
  batchKey: 'get',
  tasks: 1,
  ...over,
})
const alone = ({ batchKey: _, ...read }: Read): Read => read
const resultsFor = (batch: readonly Read[]) => batch.map(({ owner }) => ({ owner }))

/** Batched reads that record the owners of each statement and return what `send` says. */
const recorded = (send: (batch: Batch<Read>) => { owner: string }[] = resultsFor) => {
  const statements: string[][] = []
  const read = batchedReads(async (batch: Batch<Read>) => {
    statements.push(batch.map(({ owner }) => owner))
    return send(batch)
  })
  return { read, statements }
}
const all = (read: (read: Read) => Promise<unknown>, ...reads: Read[]) =>
  Promise.allSettled(reads.map((one) => read(one)))

describe('reads that come at once', () => {
  it('are asked in one statement behind the first, and everybody gets their own answer', async () => {
    const { read, statements } = recorded()
    const names = ['ada', 'bob', 'cid', 'ada']
    const results = await Promise.all(names.map((name) => read(readOf(name))))
    assert.deepEqual(results, resultsFor(names.map((name) => readOf(name))))
    assert.deepEqual(statements, [['ada'], ['bob', 'cid', 'ada']])
  })

  it('are asked at once and alone when nobody else is being answered', async () => {
    const { read, statements } = recorded()
    for (const name of ['ada', 'bob']) {
      const result = read(readOf(name))
      assert.deepEqual(statements.at(-1), [name])
      await result
    }
  })

  it('share nothing with other kinds, and with nobody where they have none', async () => {
    const { read, statements } = recorded()
    const other = { batchKey: 'list' }
    await all(
      read,
      ...[readOf('first'), readOf('ada'), readOf('bob', other), alone(readOf('cid'))],
      ...[readOf('dan'), readOf('eve', other)],
    )
    assert.deepEqual(statements, [['first'], ['cid'], ['ada', 'dan'], ['bob', 'eve']])
  })

  it('are no more in one statement than read a hundred tasks together', async () => {
    const { read, statements } = recorded()
    const large = Array.from({ length: 8 }, (_, n) => readOf(`${n}`, { tasks: 40 }))
    await all(read, ...large)
    assert.deepEqual(
      statements.map(({ length }) => length),
      [1, 2, 2, 2, 1],
    )
  })
})

describe('an answer', () => {
  it('that is meant for somebody else goes to nobody', async () => {
    const { read } = recorded((batch) => resultsFor(batch).reverse())
    const [first, ...others] = await all(read, ...['first', 'ada', 'bob'].map((one) => readOf(one)))
    assert.equal(first?.status, 'fulfilled')
    for (const { status } of others) assert.equal(status, 'rejected')
  })

  it('that is missing is an error', async () => {
    const { read } = recorded(() => [])
    await assert.rejects(read(readOf('ada')))
  })
})

describe('a statement that fails', () => {
  it('for the sake of one is asked again for each, so that the others get their answers', async () => {
    const { read, statements } = recorded((batch) => {
      if (batch.some(({ owner }) => owner === 'bad')) throw new Error('refused')
      return resultsFor(batch)
    })
    const ends = await all(read, ...['first', 'ada', 'bad', 'bob'].map((one) => readOf(one)))
    assert.deepEqual(
      ends.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
    )
    assert.deepEqual(statements.slice(1), [['ada', 'bad', 'bob'], ['ada'], ['bad'], ['bob']])
  })

  it('because of the database is asked no more: all are told the fault', async () => {
    const { read, statements } = recorded(({ length }) => {
      throw new Fault(length > 1 ? 'overloaded' : 'database_unavailable')
    })
    const ends = await all(read, ...['first', 'ada', 'bob'].map((one) => readOf(one)))
    const codes = ends.map((end) => end.status === 'rejected' && end.reason.code)
    assert.deepEqual(codes, ['database_unavailable', 'overloaded', 'overloaded'])
    assert.equal(statements.length, 2)
  })
})
