import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { connect, createServer } from 'node:tls'
import { certificateAuthority } from './platform/certificates.ts'
import { processesOf } from './processes.ts'
import { linesOf, summaryOf } from './report.ts'
import { NotDone, type Outcome, runSteps, type Step } from './step.ts'
import { steps } from './steps.ts'
import { teardown } from './teardown.ts'

const folder = mkdtempSync(join(tmpdir(), 'tasks-rehearsal-test-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const step = (name: string, run: () => Promise<string>, ...needs: string[]): Step<undefined> => ({
  name,
  promised: 'something',
  needs,
  run,
})
const quiet = { signal: new AbortController().signal, onOutcome: () => undefined }
const verdicts = (outcomes: readonly Outcome[]) => outcomes.map(({ verdict }) => verdict)

describe('a rehearsal', () => {
  const fail = async () => {
    throw new Error('the reason\n  of it')
  }
  const skip = async () => {
    throw new NotDone('no such program')
  }

  test('goes on after a step that broke, without those that need it', async () => {
    const played = await runSteps(
      [
        step('one', async () => 'well'),
        step('two', fail),
        step('three', async () => 'well', 'two'),
        step('four', async () => 'well', 'three'),
        step('five', async () => 'well', 'one'),
      ],
      undefined,
      quiet,
    )
    assert.deepEqual(verdicts(played), ['held', 'broken', 'not done', 'not done', 'held'])
    const { held, lines } = summaryOf(played)
    assert.equal(held, false)
    assert.ok(lines.includes('BROKEN    two: the reason · of it'), lines.join('\n'))
    assert.ok(lines.includes('2 held, 1 broken, 2 not done'))
  })

  test('does not claim what was not done', async () => {
    const played = await runSteps(
      [step('one', async () => 'well'), step('two', skip)],
      undefined,
      quiet,
    )
    assert.deepEqual(verdicts(played), ['held', 'not done'])
    const { held, lines } = summaryOf(played)
    assert.equal(held, false)
    assert.deepEqual(lines, ['NOT DONE  two: no such program', '1 held, 0 broken, 1 not done'])
    assert.match(
      linesOf(played[1] as Outcome, 2),
      /^ 2 NOT DONE two .*\n.*\n +not done no such program$/,
    )
  })

  test('that has no steps has not held', () => {
    assert.equal(summaryOf([]).held, false)
  })

  test('is left at once when it is interrupted', async () => {
    const abort = new AbortController()
    const endless = () => new Promise<string>(() => setImmediate(() => abort.abort()))
    const options = { ...quiet, signal: abort.signal }
    const played = await runSteps([step('one', endless), step('two', fail)], undefined, options)
    assert.deepEqual(
      played.map(({ seen }) => seen),
      ['interrupted', 'interrupted'],
    )
  })

  test('has steps with names of their own, each after what it needs', () => {
    const names = steps.map(({ name }) => name)
    assert.ok(names.length > 20)
    assert.equal(new Set(names).size, names.length)
    for (const [index, { needs = [] }] of steps.entries())
      for (const need of needs) assert.ok(names.slice(0, index).includes(need), need)
  })
})

test('what was begun is taken back, the latest first, whatever fails', async () => {
  const atEnd = teardown()
  const order: number[] = []
  atEnd.add(() => order.push(1))
  atEnd.add(() => {
    throw new Error('it is stuck')
  })
  atEnd.add(() => order.push(3))
  assert.deepEqual(await atEnd.run(), ['it is stuck'])
  assert.deepEqual(order, [3, 1])
  assert.deepEqual(await atEnd.run(), [])
})

const proc = existsSync('/proc/self/environ')
test('a process that was left behind is found', {
  skip: !proc && 'there is no /proc',
}, async () => {
  const env = { ...process.env, TMPDIR: folder }
  const left = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => 0, 1000)'], {
    env,
  })
  await once(left.stdout, 'data')
  assert.deepEqual(
    processesOf(folder)?.map(({ pid }) => pid),
    [left.pid],
  )
  left.kill()
  await once(left, 'exit')
  assert.deepEqual(processesOf(folder), [])
})

test('a certificate holds for its names under its authority, and for nothing else', async () => {
  const [ours, theirs] = [await certificateAuthority(), await certificateAuthority()]
  const server = createServer(await ours.issue(['one.test', 'two.test'])).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const shake = async (servername: string, ca: string) => {
    const socket = connect({ port, host: '127.0.0.1', servername, ca })
    const outcome = await once(socket, 'secureConnect').then(
      () => 'trusted',
      ({ code }) => code,
    )
    socket.destroy()
    return outcome
  }
  assert.equal(await shake('one.test', ours.certificate), 'trusted')
  assert.equal(await shake('two.test', ours.certificate), 'trusted')
  assert.equal(await shake('three.test', ours.certificate), 'ERR_TLS_CERT_ALTNAME_INVALID')
  assert.match(await shake('one.test', theirs.certificate), /^(CERT_SIGNATURE|UNABLE_TO)/)
  server.close()
})
