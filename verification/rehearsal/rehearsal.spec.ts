import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { connect, createServer } from 'node:tls'
import { commandIn } from '../../bootstrap/system/throwaway-service.ts'
import { complaintIn, copyTo, sourceOf } from './clean-copy.ts'
import { deploy } from './deployment.ts'
import { authority } from './platform/certificates.ts'
import { container } from './platform/sandbox.ts'
import { strippedStartup } from './platform/startup.ts'
import { lineOf, NotDone, type Outcome, play, type Step, summaryOf } from './step.ts'
import { steps } from './steps.ts'
import { processesOf, undoing } from './undo.ts'

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
    const played = await play(
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
    const played = await play(
      [step('one', async () => 'well'), step('two', skip)],
      undefined,
      quiet,
    )
    assert.deepEqual(verdicts(played), ['held', 'not done'])
    const { held, lines } = summaryOf(played)
    assert.equal(held, false)
    assert.deepEqual(lines, ['NOT DONE  two: no such program', '1 held, 0 broken, 1 not done'])
    assert.match(
      lineOf(played[1] as Outcome, 2),
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
    const played = await play([step('one', endless), step('two', fail)], undefined, options)
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
  const undo = undoing()
  const order: number[] = []
  undo.push(() => order.push(1))
  undo.push(() => {
    throw new Error('it is stuck')
  })
  undo.push(() => order.push(3))
  assert.deepEqual(await undo.all(), ['it is stuck'])
  assert.deepEqual(order, [3, 1])
  assert.deepEqual(await undo.all(), [])
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
  const [ours, theirs] = [authority(), authority()]
  const { certificate: cert, key } = ours.issue(['one.test', 'two.test'])
  const server = createServer({ cert, key }).listen(0, '127.0.0.1')
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

test('startup parameters get lost as they do at Neon', () => {
  const words = ['user', 'svc', 'statement_timeout', '4000', 'database', 'tasks', '']
  const body = Buffer.from(`${words.join('\0')}\0`)
  const head = Buffer.from([0, 0, 0, 8 + body.length, 0, 3, 0, 0])
  const { kept, dropped } = strippedStartup(Buffer.concat([head, body]))
  assert.deepEqual(dropped, ['statement_timeout'])
  assert.equal(kept.readUInt32BE(0), kept.length)
  assert.equal(kept.subarray(8).toString(), 'user\0svc\0database\0tasks\0\0')
})

describe('what is deployed', () => {
  const git = (cwd: string, ...args: string[]) => {
    const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com']
    const done = spawnSync('git', [...who, ...args], { cwd, encoding: 'utf8' })
    assert.equal(done.status, 0, done.stderr)
  }

  test('is a commit; what is not in it is counted and left out', () => {
    const tree = mkdtempSync(join(folder, 'tree-'))
    git(tree, 'init', '-q')
    writeFileSync(join(tree, 'Procfile'), 'web: node a.js\n')
    git(tree, 'add', '.')
    git(tree, 'commit', '-qm', 'first')
    writeFileSync(join(tree, 'stray.ts'), '')
    const source = sourceOf(tree)
    assert.match(source.commit ?? '', /^[0-9a-f]{40}$/)
    assert.equal(source.uncommitted, 1)
    const app = join(folder, 'of-commit')
    copyTo(app, source)
    assert.equal(existsSync(join(app, 'stray.ts')), false)
    assert.equal(commandIn(app), 'node a.js')
  })

  test('is the files themselves where there is no commit', () => {
    const tree = mkdtempSync(join(folder, 'plain-'))
    writeFileSync(join(tree, 'Procfile'), 'web: node b.js\nworker: node c.js\n')
    const source = { tree, commit: undefined, uncommitted: 0 }
    const app = join(folder, 'of-files')
    copyTo(app, source)
    assert.throws(() => commandIn(app), /has not exactly one line/)
  })
})

describe('a start that fails', () => {
  const empty = join(folder, 'hosts')
  writeFileSync(empty, '127.0.0.1 localhost\n')
  const own = container(empty)
  const started = (script: string) =>
    deploy({ container: own, cwd: folder, command: `node -e '${script}'`, env: {} }).then(
      ({ program }) => program.kill().then(() => 'it started'),
      (error: Error) => error.message,
    )

  test('is told by the fatal lines of its log', async () => {
    const line = JSON.stringify({ level: 'fatal', message: 'A_SECRET is missing: set it' })
    const said = await started(`console.log(JSON.stringify(${line})); process.exit(1)`)
    assert.equal(said, 'the start ended with 1: A_SECRET is missing: set it')
  })

  test('or by the line with an error in it', () => {
    const npm = 'npm warn old\nnpm error code ENOTFOUND\nnpm error network request failed\n'
    assert.equal(complaintIn(npm), 'npm error code ENOTFOUND')
    assert.equal(complaintIn(''), 'it said nothing')
  })
})
