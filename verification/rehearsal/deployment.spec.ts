import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { commandIn } from '../../bootstrap/system/build.ts'
import { deploy } from './deployment.ts'
import { errorIn } from './output.ts'
import { sandbox } from './platform/sandbox.ts'
import { strippedStartup } from './platform/startup-message.ts'
import { copyTo, sourceOf } from './source.ts'

const folder = mkdtempSync(join(tmpdir(), 'tasks-rehearsal-test-'))
after(() => rmSync(folder, { recursive: true, force: true }))

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
  const own = sandbox(empty)
  const started = (script: string) =>
    deploy({ sandbox: own, cwd: folder, command: `node -e '${script}'`, env: {} }).then(
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
    assert.equal(errorIn(npm), 'npm error code ENOTFOUND')
    assert.equal(errorIn(''), 'it said nothing')
  })
})
