import assert from 'node:assert/strict'
import { test } from 'node:test'
import postgres from 'postgres'
import { createLogger, safeError } from './logger.ts'

const written = (level: string) => {
  const lines: string[] = []
  const logger = createLogger(level, { write: (line) => void lines.push(line) })
  return { logger, lines }
}

const value = 'hunter2'

/** An error that tells a value in every place where errors tell something. */
const talkative = (): Error => {
  const error = new Error(`the key (email)=(${value}) exists\n    at ${value} (/${value}.ts:1:1)`)
  return Object.assign(error, {
    code: '23505',
    detail: `Key (email)=(${value}) already exists.`,
    where: value,
    internal_query: value,
    query: value,
    parameters: [value],
    address: value,
    cause: Object.assign(new TypeError(value), { code: 'ECONNRESET', cause: value }),
  })
}

test('levels are words, and a line is one object with message and time', () => {
  const { logger, lines } = written('trace')
  for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) {
    logger[level]({ count: 1 }, `at\n${level}`)
    const line = lines.pop() ?? ''
    assert.equal(line.indexOf('\n'), line.length - 1)
    const { time, ...rest } = JSON.parse(line)
    assert.deepEqual(rest, { level, count: 1, message: `at\n${level}` })
    assert.equal(new Date(time).toISOString(), time)
  }
})

test('what is below the level is not written', () => {
  const { logger, lines } = written('warn')
  logger.info('unheard')
  assert.deepEqual(lines, [])
})

test('of an error kind, code and place are logged, of its cause too, and never what it says', () => {
  const { logger, lines } = written('info')
  logger.error({ err: talkative() }, 'failed')
  const [line = ''] = lines
  assert.ok(!line.includes(value), line)
  const { err } = JSON.parse(line)
  assert.equal(err.type, 'Error')
  assert.equal(err.code, '23505')
  assert.ok(err.stack.length > 0)
  for (const frame of err.stack) assert.match(frame, /^at .*:\d+:\d+\)?$/)
  assert.equal(err.cause.type, 'TypeError')
  assert.equal(err.cause.code, 'ECONNRESET')
  assert.deepEqual(err.cause.cause, { type: 'string' })
})

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
