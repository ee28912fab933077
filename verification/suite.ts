import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allChecks } from './checks/all.ts'
import type { Check } from './engine/check.ts'
import { type Run, startRun } from './engine/run.ts'
import { type Settings, SettingsError, settingsOf } from './engine/settings.ts'
import { evidenceOf } from './reports/evidence.ts'

/** The suite as tests of node:test: one for each check, each with its verdict and the evidence for it. */
const settings = await settingsOf(process.env).catch((error: unknown) => {
  if (!(error instanceof SettingsError)) throw error
  return error
})

if (settings instanceof SettingsError) {
  for (const problem of settings.problems) {
    test(`configuration: ${problem}`, () => assert.fail(problem))
  }
} else {
  declare(settings)
}

function declare(valid: Settings): void {
  const run = startRun(valid, allChecks)
  // What was created is removed before the process ends, whoever ends it.
  process.once('SIGINT', () => run.stop('interrupted'))
  process.once('SIGTERM', () => run.stop('interrupted'))
  for (const check of allChecks)
    test(titleOf(check), (t) => assertPassed(run, check, (line) => t.diagnostic(line)))
  test('S-00 · ran to the end', async () => {
    const { results } = await run.finished
    assert.equal(results.length, allChecks.length)
  })
}

function titleOf({ id, promise, requirements, record }: Check): string {
  return `${id} · ${promise} (${[...requirements, record].join(', ')})`
}

async function assertPassed(run: Run, check: Check, note: (line: string) => void): Promise<void> {
  const result = await run.resultOf(check.id)
  if (result.verdict === 'PASS') return
  const evidence = evidenceOf(check, result, run.settings)
  const harmless = result.verdict === 'WARN' || (result.verdict === 'NOT-RUN' && result.waived)
  if (!harmless) assert.fail(`${result.verdict}\n${evidence}`)
  note(`${result.verdict}: ${evidence}`)
}
