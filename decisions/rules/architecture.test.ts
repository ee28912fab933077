import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { importsOf, rooms, sourceFiles, violations } from './architecture.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const tops = ['domain', 'application', 'adapters', 'bootstrap', 'verification']

describe('the rooms of the house', () => {
  it('keep to their doors', () => {
    const files = sourceFiles(root, tops)
    assert.ok(files.size > 60, `only ${files.size} files were read`)
    assert.deepEqual(violations(files), [])
  })

  it('hide no import from this test', () => {
    for (const [path, source] of sourceFiles(root, tops)) {
      const written = source.split('\n').filter((line) => /^(import .*|} from )'[^']+'$/.test(line))
      assert.ok(importsOf(source).length >= written.length, path)
    }
  })

  const house = () => new Map(Object.keys(rooms).map((room) => [`${room}/a.ts`, '']))
  const planted: [string, string, string][] = [
    [
      'domain/task.ts',
      "import { readFile } from 'node:fs'",
      'domain/task.ts must not import node:fs',
    ],
    [
      'domain/task.ts',
      "import type { X } from '../application/x.ts'",
      'must not import ../application/x.ts',
    ],
    ['application/x.ts', "import postgres from 'postgres'", 'must not import postgres'],
    [
      'application/x.ts',
      "import { y } from '../adapters/memory/y.ts'",
      'must not import ../adapters/memory/y.ts',
    ],
    ['adapters/http/x.ts', "import { y } from '../jwt/y.ts'", 'must not import ../jwt/y.ts'],
    [
      'adapters/http/x.test.ts',
      "import { y } from '../postgres/y.ts'",
      'must not import ../postgres/y.ts',
    ],
    ['adapters/jwt/x.ts', "import fastify from 'fastify'", 'must not import fastify'],
    ['adapters/http/x.ts', "import fastly from 'fastify-x'", 'must not import fastify-x'],
    [
      'bootstrap/x.ts',
      "import { y } from '../adapters/memory/y.ts'",
      'must not import ../adapters/memory/y.ts',
    ],
    [
      'bootstrap/x.ts',
      "const y = await import('../adapters/memory/y.ts')",
      'must not import ../adapters/memory/y.ts',
    ],
    [
      'verification/x.ts',
      "import { y } from '../../adapters/http/server.ts'",
      'must not import ../adapters/http/server.ts',
    ],
    ['helpers/x.ts', '', 'helpers/x.ts lies in no known folder'],
  ]
  for (const [path, source, expected] of planted) {
    it(`has a wall: ${expected}`, () => {
      const found = violations(house().set(path, source))
      assert.equal(found.length, 1)
      assert.ok(found[0]?.includes(expected), found[0])
    })
  }

  it('notices an empty one', () => {
    const files = house()
    files.delete('adapters/memory/a.ts')
    assert.deepEqual(violations(files), ['adapters/memory is empty'])
  })
})
