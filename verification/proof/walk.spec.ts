import assert from 'node:assert/strict'
import { test } from 'node:test'
import { walk } from '../checks/walk/walk.ts'
import { startRun } from '../engine/run.ts'
import { settingsOf } from '../engine/settings.ts'
import { evidenceOf } from '../reports/evidence.ts'
import { sequenceMutants } from './mutants/consistency/sequences/tasks.ts'
import type { Mutation } from './mutants/mutant.ts'
import { mutatedService, serviceEnv } from './mutated-service.ts'

const [check] = walk
assert.ok(check)

/** One walk from one seed, alone. */
const walkOver = async (mutation: Mutation, seed: number) => {
  // A machine that is busy with other tests is no matter of this one.
  const settings = { eventLoopDelayMaxMs: 10_000 }
  const service = await mutatedService({ settings, ...mutation })
  try {
    const valid = await settingsOf({
      ...serviceEnv,
      TARGET_URL: service.url,
      ALLOWED_ORIGINS: serviceEnv.CORS_ORIGINS,
      VERIFY_SEED: `${seed}`,
    })
    const { results, transport } = await startRun(valid, walk).finished
    const [result] = results
    assert.ok(result)
    return { result, transport, evidence: evidenceOf(check, result, valid) }
  } finally {
    await service.close()
  }
}

const sent = ({ transport }: Awaited<ReturnType<typeof walkOver>>) =>
  transport.exchanges.map(({ method, response }) => `${method} ${response?.status}`).sort()

test('the model and the service say the same from any seed', async () => {
  // From 111 a page shows the middle of three equals, which says nothing of their order.
  for (const seed of [1, 2, 3, 111]) {
    const { result, evidence } = await walkOver({}, seed)
    assert.equal(result.verdict, 'PASS', evidence)
    assert.ok(result.requests >= 45 && result.requests <= 60, `${result.requests} requests`)
  }
})

test('the same seed walks the same way', async () => {
  assert.deepEqual(sent(await walkOver({}, 6)), sent(await walkOver({}, 6)))
})

test('a failure is a few lines of a shell, with the seed, no more requests than it is worth', async () => {
  const mutant = sequenceMutants.find(({ id }) => id.startsWith('merges-tags'))
  assert.ok(mutant)
  const { result, evidence } = await walkOver(mutant, 2)
  assert.equal(result.verdict, 'FAIL')
  assert.equal(result.findings[0]?.story?.length, 2, evidence)
  assert.match(evidence, /VERIFY_SEED=2 walks/)
  assert.match(evidence, /^T1=\$\(.*$/m)
  assert.match(evidence, /-X (PATCH|PUT) .*\$TOKEN_[AB].*tasks\/'"\$T1"''$/m)
  assert.ok(result.requests <= 300, `${result.requests} requests`)
})
