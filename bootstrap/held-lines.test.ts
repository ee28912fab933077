import assert from 'node:assert/strict'
import { beforeEach, describe, it, mock } from 'node:test'
import { heldLines } from './held-lines.ts'
import { createLogger } from './logger.ts'

describe('lines about requests', () => {
  let written: string[] = []
  beforeEach((t) => {
    mock.timers.enable({ apis: ['setTimeout'] })
    written = []
    if ('after' in t) t.after(() => mock.timers.reset())
  })
  const logging = () => {
    const lines = heldLines((text) => written.push(text))
    return { lines, logger: createLogger('info', lines) }
  }
  const messages = (text = '') => [...text.matchAll(/"message":"(\w+)"/g)].map(([, said]) => said)

  it('are written together, a moment later', () => {
    const { logger } = logging()
    logger.info('request')
    logger.child({ request_id: 'x' }).info('request')
    assert.deepEqual(written, [])
    mock.timers.tick(100)
    assert.deepEqual(written.map(messages), [['request', 'request']])
    mock.timers.tick(1_000)
    assert.equal(written.length, 1)
  })

  it('are written at once when something else is said, and before it', () => {
    const { logger } = logging()
    logger.info('request')
    logger.error('failed')
    logger.info('stopping')
    assert.deepEqual(written.map(messages), [['request', 'failed'], ['stopping']])
  })

  it('are written when there are many of them', () => {
    const { logger } = logging()
    for (let n = 0; n < 1_000; n += 1) logger.info('request')
    assert.ok(written.length > 1 && written.every((text) => text.length < 20_000))
    logger.info('last')
    assert.equal(written.flatMap(messages).length, 1_001)
  })

  it('are not lost at the end', () => {
    const { lines, logger } = logging()
    logger.info('request')
    lines.flush()
    lines.flush()
    assert.deepEqual(written.map(messages), [['request']])
  })
})
