import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { violations } from './architecture.ts'
import { rooms } from './rooms.ts'
import { importsOf, sourceFiles } from './sources.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

describe('the rooms of the house', () => {
  it('keep to their doors', () => {
    const files = sourceFiles(root)
    assert.ok(files.size > 60, `only ${files.size} files were read`)
    assert.deepEqual(violations(files), [])
  })

  it('hide no import from this test', () => {
    for (const [path, source] of sourceFiles(root)) {
      const written = source.split('\n').filter((line) => /^(import .*|} from )'[^']+'$/.test(line))
      assert.ok(importsOf(source).length >= written.length, path)
    }
  })

  const fileIn = (room: string) => (room.endsWith('.ts') ? room : `${room}/a.ts`)
  const house = () =>
    new Map(
      Object.entries(rooms)
        .flatMap(([room, { folders = [] }]) => [room, ...folders.map((it) => `${room}/${it}`)])
        .map((place) => [fileIn(place), '']),
    )
  /** Files, each with an import that the rules forbid it. */
  const imported: [string, string][] = [
    ['application/x.ts', '../adapters/memory/y.ts'],
    ['adapters/http/x.test.ts', '../postgres/y.ts'],
    ['adapters/postgres/x.ts', './embedded/y.ts'],
    ['bootstrap/x.ts', '../adapters/memory/y.ts'],
    ['bootstrap/x.ts', './development/develop.ts'],
    ['verification/x.ts', '../adapters/http/server.ts'],
    ['verification/rehearsal/x.ts', '../bench/y.ts'],
    ['decisions/rules/x.ts', '../../verification/engine/y.ts'],
  ]
  const planted: [string, string, string][] = [
    ...imported.map(([path, name]): [string, string, string] => [
      path,
      `import { y } from '${name}'`,
      `must not import ${name}`,
    ]),
    [
      'domain/task.ts',
      "import { readFile } from 'node:fs'",
      'domain/task.ts must not import node:fs: the domain imports nothing',
    ],
    [
      'domain/task.ts',
      "import type { X } from '../application/x.ts'",
      'must not import ../application/x.ts',
    ],
    ['application/x.ts', "import postgres from 'postgres'", 'must not import postgres'],
    [
      'adapters/http/x.ts',
      "import { y } from '../jwt/y.ts'",
      'must not import ../jwt/y.ts: adapters never import each other',
    ],
    ['adapters/http/x.ts', "export * from '../jwt/y.ts'", 'must not import ../jwt/y.ts'],
    ['adapters/http/contract/x.ts', "import { y } from '../server.ts'", 'must not import ../serv'],
    ['adapters/jwt/x.ts', "import fastify from 'fastify'", 'must not import fastify'],
    ['adapters/http/x.ts', "import fastly from 'fastify-x'", 'must not import fastify-x'],
    ['adapters/postgres/x.ts', "import { y } from './x.test.ts'", 'must not import ./x.test.ts'],
    [
      'bootstrap/x.ts',
      "const y = await import('../adapters/memory/y.ts')",
      'must not import ../adapters/memory/y.ts',
    ],
    ['bootstrap/x.ts', 'const y = await import(name)', 'bootstrap/x.ts must not import name'],
    ['bootstrap/x.ts', "import { y } from './system/y.ts'", 'must not import ./system/y.ts'],
    ['verification/x.ts', "import { y } from './proof/y.ts'", 'must not import ./proof/y.ts'],
    [
      'adapters/postgres/faults/x.ts',
      "spawn('node', ['--import', 'tsx', 'bootstrap/dev.ts'])",
      'x.ts must not name bootstrap/dev.ts, which it must not import',
    ],
    [
      'verification/x.ts',
      "new URL('../bootstrap/a.ts', import.meta.url)",
      'must not name bootstrap/a.ts',
    ],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the code that is planted
    ['verification/x.ts', '`${root}/bootstrap/a.ts`', 'must not name bootstrap/a.ts'],
    ['verification/x.ts', "join(root, 'bootstrap', 'a.ts')", 'must not name bootstrap/a.ts'],
    ['domain/x.ts', "type X = import('fastify').X", 'must not import fastify inside a type'],
    [
      'adapters/http/x.ts',
      "import postgres from 'postgres'",
      'Rooms that may: adapters/postgres, adapters/postgres/embedded',
    ],
    [
      'adapters/http/x.ts',
      "import { serving } from './fixtures.ts'",
      'imported by tests alone; what both need lies in a file of its own in adapters/http',
    ],
    [
      'domain/x.ts',
      'const startFront = 1',
      'domain/x.ts says startFront, a name that decisions/rules/names.ts retired: the one in use is proxy',
    ],
    ['domain/waiting-line.ts', '', 'the one in use is queue'],
    ['tools/x.ts', '', 'tools/x.ts lies in no room'],
    ['tools/x.mjs', '', 'tools/x.mjs lies in no room'],
    ['adapters/redis/x.ts', '', 'give adapters/redis a row in decisions/rules/rooms.ts'],
    ['application/services/x.ts', '', 'move it to where it fits (application), or'],
    [
      'bootstrap/tooling/x.ts',
      "import { build } from 'esbuild'",
      'x.ts lies in no room: move it to where it fits (bootstrap/development), or give bootstrap/tooling a row',
    ],
    ['x.ts', '', 'x.ts lies in no room'],
  ]
  for (const [path, source, expected] of planted) {
    it(`has a wall: ${expected}`, () => {
      const found = violations(house().set(path, source))
      assert.equal(found.length, 1, found.join('\n'))
      assert.ok(found[0]?.includes(expected), found[0])
    })
  }

  it('says where else the name in use is', () => {
    const files = house()
      .set('adapters/postgres/pool/queue.ts', '')
      .set('domain/waiting-line.ts', '')
    assert.match(
      violations(files).join('\n'),
      /is queue, as in adapters\/postgres\/pool\/queue\.ts$/,
    )
  })

  it('notices an empty one', () => {
    for (const place of ['adapters/memory', 'adapters/postgres/pool']) {
      const files = house()
      files.delete(`${place}/a.ts`)
      assert.equal(violations(files).length, 1, place)
      assert.ok(violations(files)[0]?.startsWith(`${place} is empty: `), place)
    }
  })

  it('notices one that is crowded', () => {
    const files = house()
    for (let at = 0; at < 15; at += 1) files.set(`domain/x${at}.ts`, '')
    files.set('domain/x.test.ts', '')
    assert.match(violations(files).join('\n'), /^domain holds 16 files beside their tests, .*$/)
  })
})
