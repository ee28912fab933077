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
    const ways = stderr
      .split(/^(?=\S+:\d+:\d+ lint)/m)
      .filter((drawn) => /^\S+:\d/.test(drawn))
      .map(filesOf)
    // Each cycle is drawn once for each of its files.
    const cycles = ways.filter((way) => way.every((path) => path >= (way[0] ?? '')))
    return ways.length > 0 ? cycles.map(sentenceOf) : [`${stdout}${stderr}`]
  }

  /** The files of a cycle, from the linter's drawing, with the first one again at the end. */
  const filesOf = (drawn: string): string[] => [
    drawn.split(':')[0] ?? '',
    ...[...drawn.matchAll(/(?:resolves to|which imports) (\S+)/g)].map(([, it = '']) => it),
  ]

  const sentenceOf = (way: readonly string[]): string => {
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
    assert.deepEqual(cyclesIn(folder), [`${one} imports ${other} imports ${one}, which is ${end}`])
  })
})
