import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

describe('a cycle of imports', () => {
  const cyclesIn = (folder: string): string => {
    const biome = join(root, 'node_modules/.bin/biome')
    const rule = '--only=suspicious/noImportCycles'
    const { status, stdout, stderr } = spawnSync(biome, ['lint', rule, '.'], {
      cwd: folder,
      encoding: 'utf8',
    })
    return status === 0 ? '' : `${stdout}${stderr}`
  }

  it('is nowhere', () => assert.equal(cyclesIn(root), ''))

  it('is noticed, of types too', (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'cycle-'))
    context.after(() => rmSync(folder, { recursive: true }))
    cpSync(join(root, '.biome.json'), join(folder, '.biome.json'))
    spawnSync('git', ['init', '-q', folder])
    writeFileSync(join(folder, 'a.ts'), "import type { B } from './b.ts'\nexport type A = B\n")
    writeFileSync(join(folder, 'b.ts'), "import type { A } from './a.ts'\nexport type B = A[]\n")
    assert.match(cyclesIn(folder), /a\.ts[\s\S]*part of a cycle[\s\S]*imports b\.ts/)
  })
})
