import assert from 'node:assert/strict'
import { after, it } from 'node:test'
import { serving, TASKS } from './fixtures.ts'

it('is what the key makes of the subject, on the lines of requests that prove one', async () => {
  const { ada, send, lines, close } = await serving({ settings: { ownerLogKey: 'key' } })
  after(close)
  await ada(`GET ${TASKS}`)
  await send(`GET ${TASKS}`)
  const told = lines.filter(({ message }) => message === 'request')
  // printf %s ada | openssl dgst -sha256 -hmac key
  assert.deepEqual(
    told.map(({ owner }) => owner),
    ['708a727d2475357eaacc4f88c80d7eec', undefined],
  )
})

it('is not there without a key', async () => {
  const { ada, lines, close } = await serving()
  after(close)
  await ada(`GET ${TASKS}`)
  assert.deepEqual(
    lines.filter((line) => 'owner' in line),
    [],
  )
})
