import assert from 'node:assert/strict'
import { test } from 'node:test'
import { layersOf, requestWay, roomGraph, running } from './import-graph.ts'

const files = new Map(
  Object.entries({
    'adapters/http/server.ts':
      "import fastify from 'fastify'\nimport { a } from './a.ts'\nimport type { P } from '../../application/ports/p.ts'",
    'adapters/http/a.ts': "import { u } from '../../application/u.ts'",
    'adapters/http/aside.ts': "import { readFile } from 'node:fs'",
    'adapters/http/a.test.ts': "import { p } from '../postgres/p.ts'",
    'application/u.ts': "import type { P } from './ports/p.ts'",
    'application/ports/p.ts': '',
    'adapters/postgres/p.ts':
      "import postgres from 'postgres/x'\nimport type { P } from '../../application/ports/p.ts'",
    'adapters/memory/p.ts': "import type { P } from '../../application/ports/p.ts'",
  }),
)

test('a request goes along imports, through ports to what implements them, without shortcuts', () => {
  const way = requestWay(running(files), 'adapters/http/server.ts', ['postgres'])
  const steps: Record<string, string[]> = Object.fromEntries(
    [...way].map(([from, to]) => [from, [...to]]),
  )
  assert.deepEqual(
    { ...steps },
    {
      'adapters/http/server.ts': ['adapters/http/a.ts'],
      'adapters/http/a.ts': ['application/u.ts'],
      'application/u.ts': ['application/ports/p.ts'],
      'application/ports/p.ts': ['adapters/postgres/p.ts'],
      'adapters/postgres/p.ts': ['postgres'],
      postgres: [],
    },
  )
  assert.deepEqual(
    layersOf(way).map(([name]) => steps[name ?? '']?.[0]),
    [
      'adapters/http/a.ts',
      'application/u.ts',
      'application/ports/p.ts',
      'adapters/postgres/p.ts',
      'postgres',
      undefined,
    ],
  )
})

test('rooms are what their files import, proofs left out', () => {
  const { graph, packages } = roomGraph(running(files))
  assert.deepEqual([...(graph.get('adapters/http') ?? [])], ['application'])
  assert.deepEqual(packages.get('adapters/http'), ['fastify'])
  assert.deepEqual(layersOf(graph).at(-1), ['application'])
})

test('a circle does not keep the drawing from ending', () => {
  const circle = new Map([
    ['a', new Set(['b'])],
    ['b', new Set(['a'])],
  ])
  assert.equal(layersOf(circle).flat().length, 2)
})
