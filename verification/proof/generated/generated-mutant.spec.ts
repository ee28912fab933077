import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { wording } from './generated-mutant.ts'
import { isOpen, type Judged, scoreLines } from './score.ts'
import { sqlMutants } from './sql/sql-mutants.ts'
import type { Outcome } from './suite-run.ts'

const source = 'const a = 1\n  if (a < 2) {\n    b()\n  }\n'

describe('what a generated mutant changes', () => {
  it('is told by its whole line', () => {
    const place = { start: { line: 1, column: 6 }, end: { line: 1, column: 11 } }
    assert.deepEqual(wording(source, place, 'a <= 2'), {
      original: 'if (a < 2) {',
      mutated: 'if (a <= 2) {',
    })
  })

  it('is told on one line where it spans several', () => {
    const place = { start: { line: 1, column: 13 }, end: { line: 3, column: 3 } }
    assert.deepEqual(wording(source, place, '{}'), {
      original: 'if (a < 2) { b() }',
      mutated: 'if (a < 2) {}',
    })
  })
})

describe('mutants of the SQL', () => {
  const mutants = sqlMutants()

  it('drop the owner from statements, and nothing from comments', () => {
    const dropped = mutants.find(
      ({ original, mutated }) =>
        original.includes('from tasks where owner = $1 and id = $2') &&
        mutated.includes('from tasks where id = $2'),
    )
    assert.ok(dropped)
    for (const { original } of mutants) assert.doesNotMatch(original, /^--/)
  })

  it('each change one place of a file, known by one id', () => {
    assert.ok(mutants.length > 100, `${mutants.length} mutants`)
    assert.equal(new Set(mutants.map(({ id }) => id)).size, mutants.length)
    for (const { original, mutated } of mutants) assert.notEqual(original, mutated)
  })
})

describe('the score', () => {
  const judged = (outcome: Outcome): Judged => ({
    mutant: { id: '1', file: 'domain/a.ts', line: 1, operator: '', original: 'a', mutated: 'b' },
    result: { outcome, by: [] },
  })

  it('counts what would make the suite red', () => {
    const outcomes = ['killed', 'timeout', 'runtime error', 'no verdict'] as const
    const all = [...outcomes, 'survived' as const].map(judged)
    assert.match(scoreLines(all).join(), /^domain +4 of 5 seen \(80\.0 %\), 0 named/)
    assert.deepEqual(all.map(isOpen), [false, false, false, false, true])
  })
})
