import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { packages } from './next-app.ts'

const command = fileURLToPath(new URL('run.ts', import.meta.url))
const run = (...args: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', command, ...args], {
    encoding: 'utf8',
    timeout: 60_000,
  })

it('says what it will install before it does so', () => {
  const { stdout, status } = run('--help')
  assert.equal(status, 0)
  for (const [name, version] of Object.entries(packages))
    assert.ok(stdout.includes(`${name} ${version}`), name)
})

it('does nothing where it is not understood', () => {
  const { stderr, status } = run('--fast')
  assert.equal(status, 2)
  assert.match(stderr, /--fast/)
})

it('tries the versions that the page for frontends names', () => {
  const page = readFileSync(new URL('../../../.github/FRONTEND.md', import.meta.url), 'utf8')
  assert.ok(page.includes(`Next.js ${packages.next} (React ${packages.react})`))
  assert.ok(page.includes(`Better Auth ${packages['better-auth']}`))
})
