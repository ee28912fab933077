import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Fault } from '../../../domain/fault.ts'
import { type Owner, ownerOf } from '../../../domain/owner.ts'
import { type Gathered, gatheredReads, type Question } from './batched-reads.ts'

const question = (name: string, over: Partial<Question> = {}): Question => ({
  owner: ownerOf(name) as Owner,
  kind: 'get',
  tasks: 1,
  ...over,
})
const alone = ({ kind: _, ...question }: Question): Question => question
const answersFor = (asked: readonly Question[]) => asked.map(({ owner }) => ({ owner }))

/** Reads whose statements are told by their askers, answered by `answer`. */
const told = (answer: (asked: Gathered<Question>) => { owner: string }[] = answersFor) => {
  const statements: string[][] = []
  const read = gatheredReads(async (asked: Gathered<Question>) => {
    statements.push(asked.map(({ owner }) => owner))
    return answer(asked)
  })
  return { read, statements }
}
const all = (read: (question: Question) => Promise<unknown>, ...questions: Question[]) =>
  Promise.allSettled(questions.map((one) => read(one)))

describe('reads that come at once', () => {
  it('are asked in one statement behind the first, and everybody gets their own answer', async () => {
    const { read, statements } = told()
    const names = ['ada', 'bob', 'cid', 'ada']
    const answers = await Promise.all(names.map((name) => read(question(name))))
    assert.deepEqual(answers, answersFor(names.map((name) => question(name))))
    assert.deepEqual(statements, [['ada'], ['bob', 'cid', 'ada']])
  })

  it('are asked at once and alone when nobody else is being answered', async () => {
    const { read, statements } = told()
    for (const name of ['ada', 'bob']) {
      const answer = read(question(name))
      assert.deepEqual(statements.at(-1), [name])
      await answer
    }
  })

  it('share nothing with other kinds, and with nobody where they have none', async () => {
    const { read, statements } = told()
    const other = { kind: 'list' }
    await all(
      read,
      ...[question('first'), question('ada'), question('bob', other), alone(question('cid'))],
      ...[question('dan'), question('eve', other)],
    )
    assert.deepEqual(statements, [['first'], ['cid'], ['ada', 'dan'], ['bob', 'eve']])
  })

  it('are no more in one statement than read a hundred tasks together', async () => {
    const { read, statements } = told()
    const large = Array.from({ length: 8 }, (_, n) => question(`${n}`, { tasks: 40 }))
    await all(read, ...large)
    assert.deepEqual(
      statements.map(({ length }) => length),
      [1, 2, 2, 2, 1],
    )
  })
})

describe('an answer', () => {
  it('that is meant for somebody else goes to nobody', async () => {
    const { read } = told((asked) => answersFor(asked).reverse())
    const [first, ...others] = await all(
      read,
      ...['first', 'ada', 'bob'].map((one) => question(one)),
    )
    assert.equal(first?.status, 'fulfilled')
    for (const { status } of others) assert.equal(status, 'rejected')
  })

  it('that is missing is an error', async () => {
    const { read } = told(() => [])
    await assert.rejects(read(question('ada')))
  })
})

describe('a statement that fails', () => {
  it('for the sake of one is asked again for each, so that the others get their answers', async () => {
    const { read, statements } = told((asked) => {
      if (asked.some(({ owner }) => owner === 'bad')) throw new Error('refused')
      return answersFor(asked)
    })
    const ends = await all(read, ...['first', 'ada', 'bad', 'bob'].map((one) => question(one)))
    assert.deepEqual(
      ends.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
    )
    assert.deepEqual(statements.slice(1), [['ada', 'bad', 'bob'], ['ada'], ['bad'], ['bob']])
  })

  it('because of the database is asked no more: all are told the fault', async () => {
    const { read, statements } = told(({ length }) => {
      throw new Fault(length > 1 ? 'overloaded' : 'database_unavailable')
    })
    const ends = await all(read, ...['first', 'ada', 'bob'].map((one) => question(one)))
    const codes = ends.map((end) => end.status === 'rejected' && end.reason.code)
    assert.deepEqual(codes, ['database_unavailable', 'overloaded', 'overloaded'])
    assert.equal(statements.length, 2)
  })
})
