import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it, mock, test } from 'node:test'
import { bufferedOutput } from '../adapters/log/standard-output.ts'
import { createLogger } from './logger.ts'

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

describe('lines about requests', () => {
  let directory = ''
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tasks-log-'))
    mock.timers.enable({ apis: ['setInterval'] })
  })
  afterEach(() => {
    mock.timers.reset()
    rmSync(directory, { recursive: true })
  })

  const logging = () => {
    const file = join(directory, 'log')
    const stream = bufferedOutput(file)
    /** the bytes of each write */
    const sizes: number[] = []
    stream.on('write', (bytes) => bytes > 0 && sizes.push(bytes))
    const messages = () =>
      [...readFileSync(file, 'utf8').matchAll(/"message":"(\w+)"/g)].map(([, said]) => said)
    return { stream, sizes, messages, logger: createLogger('info', stream) }
  }

  it('are written together, a moment later', () => {
    const { logger, messages, sizes } = logging()
    logger.info('request')
    logger.child({ request_id: 'x' }).info('request')
    assert.deepEqual(messages(), [])
    mock.timers.tick(100)
    assert.deepEqual(messages(), ['request', 'request'])
    mock.timers.tick(1_000)
    assert.equal(sizes.length, 1)
  })

  it('are written at once when something else is said, and before it', () => {
    const { logger, messages, sizes } = logging()
    logger.info('request')
    logger.error('failed')
    assert.deepEqual(messages(), ['request', 'failed'])
    assert.equal(sizes.length, 1)
    logger.info('stopping')
    assert.deepEqual(messages(), ['request', 'failed', 'stopping'])
    assert.equal(sizes.length, 2)
  })

  it('are written when there are many of them', () => {
    const { logger, messages, sizes } = logging()
    for (let n = 0; n < 1_000; n += 1) logger.info('request')
    assert.ok(sizes.length > 1 && sizes.every((bytes) => bytes < 20_000))
    logger.info('last')
    assert.equal(messages().length, 1_001)
  })

  it('are not lost at the end', () => {
    const { logger, messages, stream, sizes } = logging()
    logger.info('request')
    stream.flush()
    stream.flush()
    assert.deepEqual(messages(), ['request'])
    assert.equal(sizes.length, 1)
  })
})
