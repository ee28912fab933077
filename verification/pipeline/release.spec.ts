import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { serving } from './fixtures.ts'
import { waitForRelease } from './release.ts'

const [old, fresh] = ['0123456789abcdef', 'fedcba9876543210']
let answers: (string | undefined)[] = []
let asked = 0
/** Gives these releases one after the other, the last one for ever; an undefined one hangs up. */
const service = await serving((request, response) => {
  asked += 1
  const release = answers.length > 1 ? answers.shift() : answers[0]
  if (release === undefined) return void request.socket.destroy()
  response.end(JSON.stringify({ release }))
})
after(service.close)

const waited = async (releases: (string | undefined)[], timeoutMs = 20_000) => {
  answers = releases
  asked = 0
  const said: string[] = []
  const say = (line: string) => void said.push(line)
  const target = new URL(service.origin)
  await waitForRelease({ target, expected: fresh, say, timeoutMs, intervalMs: 5 })
  return said
}

test('a release that is there is asked for three times', async () => {
  assert.deepEqual(await waited([fresh]), [])
  assert.equal(asked, 3)
})

test('while an old instance still answers now and then, it is not there', async () => {
  const said = await waited([undefined, old, fresh, fresh, old, fresh])
  assert.equal(asked, 8)
  assert.deepEqual(
    said.map((line) => line.replace(/.*127\.0\.0\.1:\d+ /, '')),
    ['does not answer as a service of the contract', old, old],
  )
})

test('one that never comes ends the waiting, and that is said', async () => {
  const said = await waited([old], 100)
  assert.match(said.at(-1) ?? '', /^release fedcba9876543210 did not come within/)
})

test('what a target calls its release is not repeated unless it is one', async () => {
  const [line] = await waited(['::set-env name=x::hunter2'], 50)
  assert.match(line ?? '', /names no release$/)
})
