import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
/** As on Windows, where git's installer proposes it. */
const git = (...args: string[]) =>
  spawnSync('git', ['-c', 'core.autocrlf=true', ...args], { cwd: root, encoding: 'utf8' })
const skip = git('rev-parse', '--git-dir').status !== 0 && 'this is no checkout of git'

test('lines end alike in every checkout, whatever git is told', { skip }, () => {
  const files = git('ls-files', '--eol').stdout.trim().split('\n')
  assert.ok(files.length > 500)
  // i/ is how a file is kept, attr/ what decides how it is checked out; an empty one is `i/none`.
  const others = files.filter((line) => !/^i\/(lf|none) .* attr\/text=auto eol=lf\s/.test(line))
  assert.deepEqual(others, [])
})
