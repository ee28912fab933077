import assert from 'node:assert/strict'
import { it } from 'node:test'
import { allChecks } from '../../checks/all.ts'
import type { GeneratedMutant } from './generated-mutant.ts'
import type { MutantResult } from './suite-run.ts'
import { witnesses } from './witnesses.ts'

const mutantAt = (file: string, line: number): GeneratedMutant => ({
  ...{ id: '1', file, line, operator: 'any' },
  ...{ original: 'a', mutated: 'b' },
})
const active = allChecks.filter((check) => 'run' in check)
const passive = allChecks.length - active.length

it('asks first whoever saw a mutant nearby, and all others where those do not see it', async () => {
  const inTurn = witnesses()
  const killedBy = (by: string): MutantResult => ({ outcome: 'killed', by: [by] })
  const survived: MutantResult = { outcome: 'survived', by: [] }
  const [one, other] = active.map(({ id }) => id)
  assert.ok(one && other)
  const asked: number[] = []
  const answering =
    (...results: MutantResult[]) =>
    async (some: readonly unknown[]) => {
      asked.push(some.length)
      return results.shift() ?? survived
    }
  await inTurn(mutantAt('a.ts', 1), allChecks, answering(killedBy(one)))
  await inTurn(mutantAt('a.ts', 2), allChecks, answering(killedBy(one)))
  const late = answering(survived, killedBy(other))
  assert.deepEqual(await inTurn(mutantAt('b.ts', 1), allChecks, late), killedBy(other))
  assert.deepEqual(asked, [allChecks.length, 1 + passive, 1 + passive, allChecks.length])
})
