import assert from 'node:assert/strict'
import { test } from 'node:test'
import postgres from 'postgres'
import { safeError } from './safe-error.ts'

const value = 'hunter2'

test('an error of the driver keeps its SQLSTATE and nothing else of the server’s words', () => {
  const PostgresError = (postgres as unknown as { PostgresError: new (o: object) => Error })
    .PostgresError
  const words = { message: value, detail: value, hint: value, code: '22P02', severity: value }
  const { stack: _, ...rest } = safeError(new PostgresError(words))
  assert.deepEqual(rest, { type: 'PostgresError', code: '22P02' })
})

test('a name, code or stack that is no such thing is not passed on', () => {
  const error = Object.assign(new Error(''), { name: `not ${value}`, code: `of ${value}` })
  error.stack = `${value}\n at ${value}`
  assert.deepEqual(safeError(error), { type: 'Error', stack: [] })
  assert.deepEqual(safeError(value), { type: 'string' })
  assert.deepEqual(safeError(undefined), { type: 'undefined' })
  const twisted = Object.assign(new Error(value), { stack: { [value]: 1 } })
  assert.deepEqual(safeError(twisted), { type: 'Error', stack: [] })
})

test('causes that go round in a circle come to an end', () => {
  const error = new Error('round')
  error.cause = error
  assert.ok(JSON.stringify(safeError(error)).length < 10_000)
})
