import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { roomOf } from './rooms.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

describe('a cycle of imports', () => {
  const cyclesIn = (folder: string): string[] => {
    const biome = join(root, 'node_modules/.bin/biome')
    const rule = '--only=suspicious/noImportCycles'
    const { status, stdout, stderr } = spawnSync(biome, ['lint', rule, '.'], {
      cwd: folder,
      encoding: 'utf8',
    })
    if (status === 0) return []
    const found = stderr.split(/^(?=\S+:\d+:\d+ lint)/m).slice(1)
    return found.length > 0 ? found.map(sentenceOf) : [`${stdout}${stderr}`]
  }

  /** From the linter's drawing of one cycle, as its first file sees it. */
  const sentenceOf = (drawn: string): string => {
    const others = [...drawn.matchAll(/(?:resolves to|which imports) (\S+)/g)].map(([, it]) => it)
    const way = [drawn.split(':')[0], ...others] as string[]
    const homes = new Set(way.map((path) => roomOf(path) ?? dirname(path)))
    return `${way.join(' imports ')}, which is part of a cycle: move what they share into a file that imports none of them, in ${[...homes].join(' or ')}`
  }

  it('is nowhere', () => assert.deepEqual(cyclesIn(root), []))

  it('is noticed, of types too', (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'cycle-'))
    context.after(() => rmSync(folder, { recursive: true }))
    cpSync(join(root, '.biome.json'), join(folder, '.biome.json'))
    spawnSync('git', ['init', '-q', folder])
    mkdirSync(join(folder, 'domain'))
    mkdirSync(join(folder, 'application'))
    const [one, other] = ['application/a.ts', 'domain/b.ts']
    writeFileSync(join(folder, one), "import type { B } from '../domain/b.ts'\nexport type A = B\n")
    writeFileSync(
      join(folder, other),
      "import type { A } from '../application/a.ts'\nexport type B = A[]\n",
    )
    const end =
      'part of a cycle: move what they share into a file that imports none of them, in application or domain'
    assert.equal(cyclesIn(folder)[0], `${one} imports ${other} imports ${one}, which is ${end}`)
  })
})
