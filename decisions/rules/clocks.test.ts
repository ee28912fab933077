import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sourceFiles } from './sources.ts'

/** The clock of the machine may be set at any time, by hours too. These alone read it, for moments that others name. */
const places: Readonly<Record<string, string>> = {
  'adapters/http/client/answer.ts': 'a Retry-After that is a date',
  'adapters/jwt/identity.ts': 'exp, nbf and iat',
  'adapters/jwt/previous-secret.ts': 'until when the operator accepts the previous secret',
  'bootstrap/config/previous-secret.ts': 'the same, at the start',
  'bootstrap/development/kept.ts': 'exp and iat of the tokens that are printed',
  'adapters/postgres/embedded/cluster.ts': 'the age of a file',
  'adapters/telemetry/spans/spans.ts': 'when a span began',
  'adapters/memory/memory-identity.ts': 'exp and nbf',
  'adapters/memory/memory-tasks.ts': 'created_at and updated_at',
}

test('what takes its time is measured by a clock that nobody sets', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url))
  const reading = [...sourceFiles(root)]
    .filter(([path]) => /^(domain|application|adapters|bootstrap)\//.test(path))
    .filter(([path]) => !/\.(test|contract)\.ts$|\/fixtures\.ts$|^bootstrap\/system\//.test(path))
    .filter(([, source]) =>
      /\bDate\.now\b|new Date\(\)\.(getTime|valueOf)|\+new Date\b/.test(source),
    )
    .map(([path]) => path)
  assert.deepEqual(
    reading.sort(),
    Object.keys(places).sort(),
    'use performance.now(), or say here whose moment it is',
  )
})
