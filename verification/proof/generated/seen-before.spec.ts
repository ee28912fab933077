import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { seenBefore } from './seen-before.ts'
import type { Outcome } from './suite-run.ts'

const mutant = (id: string, mutated: string) => ({
  ...{ id, file: 'domain/task.ts', line: 1, operator: 'any' },
  ...{ original: 'a', mutated },
})
const line = (mutated: string, outcome: Outcome) =>
  JSON.stringify({ mutant: mutant('1', mutated), result: { outcome, by: ['V-23'] } })

it('knows again what a check saw, each as often as it was seen, and nothing that it did not', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tasks-mutants-'))
  try {
    const file = join(directory, 'out.jsonl')
    writeFileSync(
      file,
      [line('b', 'killed'), line('c', 'survived'), line('d', 'timeout')].join('\n'),
    )
    const recall = seenBefore(file)
    assert.equal(recall(mutant('2', 'b'))?.outcome, 'killed')
    for (const mutated of ['b', 'c', 'd', 'e'])
      assert.equal(recall(mutant('3', mutated)), undefined)
    assert.equal(seenBefore(join(directory, 'none'))(mutant('2', 'b')), undefined)
  } finally {
    rmSync(directory, { recursive: true })
  }
})
