import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { allChecks } from './checks/all.ts'
import type { Check } from './engine/check.ts'
import { type Run, startRun } from './engine/run.ts'
import { type Settings, SettingsError, settingsOf } from './engine/settings.ts'
import { buildReport } from './reports/build.ts'
import { evidenceOf } from './reports/evidence.ts'
import { appendRefusal, appendStepSummary } from './reports/formats/step-summary.ts'
import { redactor, secretsOf } from './reports/redact.ts'

/** The suite as tests of node:test: one for each check, each with its verdict and the evidence for it. */
const settings = await settingsOf(
  process.env,
  allChecks.map(({ id }) => id),
).catch((error: unknown) => {
  if (!(error instanceof SettingsError)) throw error
  return error
})

if (settings instanceof SettingsError) {
  appendRefusal(settings.problems, process.env)
  for (const problem of settings.problems) {
    test(`configuration: ${problem}`, () => assert.fail(problem))
  }
} else {
  await declare(settings)
}

async function declare(valid: Settings): Promise<void> {
  const run = startRun(valid, allChecks)
  // What was created is removed before the process ends, whoever ends it.
  process.once('SIGINT', () => run.stop('interrupted'))
  process.once('SIGTERM', () => run.stop('interrupted'))
  const redact = redactor(secretsOf(valid))
  const obstacles = (await run.obstacles).map(redact)
  // Before anything else: whoever reads the first line knows why.
  for (const reason of obstacles) test(reason, () => assert.fail(reason))
  for (const check of allChecks) test(titleOf(check), (t) => tell(t, run, check))
  test('S-00 · left nothing without a verdict', (t) => assertWhole(t, run, obstacles))
}

function titleOf({ id, promise, requirements, record }: Check): string {
  return `${id} · ${promise} (${[...requirements, record].join(', ')})`
}

/** A check that was not run is skipped, one that warns is for later: neither counts as passed. */
async function tell(t: TestContext, run: Run, check: Check): Promise<void> {
  const result = await run.resultOf(check.id)
  const { verdict } = result
  if (verdict === 'PASS') return
  const evidence = evidenceOf(check, result, run.settings)
  if (verdict === 'NOT-RUN') return t.skip(evidence)
  if (verdict !== 'WARN') assert.fail(`${verdict}\n${evidence}`)
  t.diagnostic(`${verdict}: ${evidence}`)
  t.todo(result.findings[0]?.observed)
}

/** Skipped tests leave a run green: what nobody waived makes it red here, unless its reason was told before. */
async function assertWhole(t: TestContext, run: Run, told: readonly string[]): Promise<void> {
  const finished = await run.finished
  const secrets = secretsOf(run.settings, process.env, finished.transport)
  const report = buildReport(run, finished, allChecks, redactor(secrets))
  appendStepSummary(report, process.env, secrets)
  assert.equal(finished.results.length, allChecks.length)
  const gaps = report.notRun.filter(({ reason, waived }) => !waived && !told.includes(reason))
  const lines = gaps.map(({ reason, checks }) => `${checks.join(' ')} not run: ${reason}`)
  assert.equal(lines.length, 0, lines.join('\n'))
  if (told.length > 0) t.skip(told[0])
}
