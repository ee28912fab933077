import assert from 'node:assert/strict'
import { describe, it, mock, type TestContext } from 'node:test'
import { Fault, type FaultCode } from '../../domain/fault.ts'
import { memoryTasks } from '../memory/memory-tasks.ts'
import { gate, ORIGIN, type Sent, serving, TASKS } from './fixtures.ts'

/** A server whose store does this and nothing else. */
const failing = async (t: TestContext, act: () => Promise<never>) => {
  const names = ['create', 'list', 'get', 'update', 'complete', 'remove']
  const owned = Object.fromEntries(names.map((name) => [name, act]))
  const server = await serving({ tasks: { tasksOf: () => owned as never } })
  t.after(server.close)
  return server
}
const operations: [string, Sent][] = [
  [`POST ${TASKS}`, { json: { title: 'a' } }],
  [`GET ${TASKS}`, {}],
  [`GET ${TASKS}/x`, {}],
  [`PATCH ${TASKS}/x`, { json: {} }],
  [`PUT ${TASKS}/x`, { json: {} }],
  [`PATCH ${TASKS}/x/complete`, {}],
  [`DELETE ${TASKS}/x`, {}],
]

describe('an error that nobody foresaw', () => {
  const leaky = Object.assign(
    new Error('duplicate key value violates "tasks_pkey" postgres://u:p@db.internal:5432'),
    { code: '23505', detail: 'Key (title)=(secret)', query: 'insert into tasks', statusCode: 418 },
  )
  for (const error of [leaky, 'a string', undefined, null, { status: 400 }, new TypeError('x')])
    it(`is told to nobody: ${error instanceof Error ? error.name : JSON.stringify(error)}`, async (t) => {
      const server = await failing(t, () => Promise.reject(error))
      for (const [line, sent] of operations) {
        const answer = await server.send(line, {
          as: 'ada',
          ...sent,
          headers: [`Origin: ${ORIGIN}`],
        })
        assert.equal(answer.status, 500, line)
        assert.deepEqual(answer.json, {
          type: 'about:blank',
          title: 'Internal Server Error',
          status: 500,
          detail: 'Something went wrong on our side.',
          code: 'internal_error',
          request_id: answer.headers['x-request-id'],
        })
        assert.equal(answer.headers['access-control-allow-origin'], ORIGIN)
        assert.equal(answer.headers['x-content-type-options'], 'nosniff')
        assert.equal(answer.headers['retry-after'], undefined)
      }
      assert.equal(server.lines.filter(({ level }) => level === 'error').length, operations.length)
    })
})

describe('a fault', () => {
  const faults: [FaultCode, number, string, boolean][] = [
    ['task_not_found', 404, 'task_not_found', false],
    ['precondition_failed', 412, 'precondition_failed', false],
    ['idempotency_key_in_use', 409, 'idempotency_key_in_use', true],
    ['idempotency_key_reused', 422, 'idempotency_key_reused', false],
    ['database_unavailable', 503, 'database_unavailable', true],
    ['outcome_unknown', 503, 'outcome_unknown', true],
    ['overloaded', 503, 'overloaded', true],
  ]
  for (const [fault, status, code, retry] of faults)
    it(`has its status: ${fault}`, async (t) => {
      const cause = new Error('ECONNREFUSED 10.0.0.1:5432')
      const server = await failing(t, () => Promise.reject(new Fault(fault, { cause })))
      const sent = { as: 'ada', headers: [`Origin: ${ORIGIN}`] }
      const { headers, json, text, ...answer } = await server.send(`GET ${TASKS}`, sent)
      assert.deepEqual([answer.status, json.code], [status, code])
      assert.equal(/^\d+$/.test(headers['retry-after'] ?? ''), retry)
      assert.equal(headers['access-control-allow-origin'], ORIGIN)
      assert.doesNotMatch(text, /ECONN|10\.0/)
      assert.equal(
        server.lines.some(({ level }) => level === 'error'),
        false,
      )
    })

  it('of the key set is 503 and never 401', async (t) => {
    const ownerOf = () =>
      Promise.reject(new Fault('authentication_unavailable', { cause: new Error('x') }))
    const server = await serving({ identity: { ownerOf } })
    t.after(server.close)
    const { status, json, headers } = await server.ada(`GET ${TASKS}`)
    assert.deepEqual([status, json.code], [503, 'authentication_unavailable'])
    assert.match(headers['retry-after'] ?? '', /^\d+$/)
    assert.equal(headers['www-authenticate'], undefined)
  })
})

describe('a request that takes too long', () => {
  const held = async (t: TestContext) => {
    mock.timers.enable({ apis: ['setTimeout'] })
    t.after(() => mock.timers.reset())
    const arrived = gate()
    const server = await failing(t, () => {
      arrived.open()
      return new Promise(() => {})
    })
    return { server, arrived }
  }
  for (const [line, sent] of operations) {
    const code = line.startsWith('GET') ? 'overloaded' : 'outcome_unknown'
    it(`is ${code} within 10 s: ${line}`, async (t) => {
      const { server, arrived } = await held(t)
      const answered = server.send(line, { as: 'ada', ...sent })
      await arrived.opened
      mock.timers.tick(9_300)
      const { status, json, headers } = await answered
      assert.deepEqual([status, json.code], [503, code])
      assert.match(headers['retry-after'] ?? '', /^\d+$/)
    })
  }

  it('did nothing where its body never came', async (t) => {
    const { server } = await held(t)
    const headers = ['Content-Type: application/json', 'Content-Length: 100']
    const arrived = new Promise((resolve) => server.app.server.once('request', resolve))
    const answered = server.ada(`POST ${TASKS}`, { headers, body: '{' })
    await arrived
    mock.timers.tick(9_999)
    assert.equal((await answered).json.code, 'overloaded')
  })
})

it('a store that recovers serves again', async (t) => {
  const store = memoryTasks()
  let broken = true
  const server = await serving({
    tasks: {
      tasksOf: (owner) => {
        if (broken) throw new Fault('database_unavailable')
        return store.tasksOf(owner)
      },
    },
  })
  t.after(server.close)
  assert.equal((await server.ada(`GET ${TASKS}`)).status, 503)
  broken = false
  assert.equal((await server.ada(`GET ${TASKS}`)).status, 200)
})
