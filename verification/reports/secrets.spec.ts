import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Check } from '../engine/check.ts'
import { buildReport } from './build.ts'
import {
  sampleCheck,
  sampleExchange,
  sampleFinished,
  sampleResponse,
  sampleResult,
  sampleRun,
  sampleSettings,
  tokenFor,
} from './fixtures.ts'
import { renderAll, writeReports } from './formats/write.ts'
import { type Redact, redactor, secretsOf } from './redact.ts'
import { leaksIn, SecretFound } from './secrets.ts'

const env = { BETTER_AUTH_SECRET: 'a secret of <32> "characters" & more', DATABASE_URL: undefined }
const forged = tokenFor('somebody forged')
const a = sampleSettings.users?.a.token ?? ''
const signature = a.split('.')[2] ?? ''

/** A failure in which everything that is secret turns up wherever it can. */
const careless = () => {
  const response = sampleResponse(
    500,
    JSON.stringify({ config: env.BETTER_AUTH_SECRET, url: 'postgres://me:pass@db/x', token: a }),
  )
  const exchange = sampleExchange(
    {
      path: `/health?access_token=${a}`,
      authorization: `Bearer ${forged}`,
      body: `t=${signature}`,
    },
    response,
    [
      ['Authorization', `Bearer ${forged}`],
      ['Cookie', `session=${a}`],
      ['X-Secret', encodeURIComponent(env.BETTER_AUTH_SECRET)],
    ],
  )
  const findings = [
    { verdict: 'FAIL' as const, expected: 'nothing', observed: `saw ${forged} and ${a}`, exchange },
  ]
  const checks: Check[] = [sampleCheck('H-01')]
  const finished = sampleFinished([sampleResult('H-01', { verdict: 'FAIL', findings })], [exchange])
  const secrets = secretsOf(sampleSettings, env, finished.transport)
  const report = (redact: Redact) => buildReport(sampleRun, finished, checks, redact)
  return { report, secrets }
}

test('names take the place of every secret before anything is built', () => {
  const { report, secrets } = careless()
  const artefacts = renderAll(report(redactor(secrets)))
  for (const [name, text] of Object.entries(artefacts)) {
    assert.deepEqual(leaksIn(text, secrets), [], name)
    assert.doesNotMatch(text, /me:pass@/, name)
  }
  assert.match(artefacts['report.json'] ?? '', /access_token='\\"\$TOKEN_A\\"'/)
})

test('a report that would hold a secret is not written at all', () => {
  const { report, secrets } = careless()
  const folder = join(mkdtempSync(join(tmpdir(), 'report-')), 'report')
  assert.throws(
    () =>
      writeReports(
        report((text) => text),
        folder,
        secrets,
      ),
    (error: Error) => {
      assert.ok(error instanceof SecretFound)
      assert.match(error.message, /report\.json would hold .*TOKEN_A/)
      assert.ok(!error.message.includes(a) && !error.message.includes(env.BETTER_AUTH_SECRET))
      return true
    },
  )
  assert.equal(existsSync(folder) && readdirSync(folder).length > 0, false)
})

const spellings: Readonly<Record<string, string>> = {
  plain: env.BETTER_AUTH_SECRET,
  'in JSON': JSON.stringify({ env: env.BETTER_AUTH_SECRET }),
  'in HTML': '<p>a secret of &lt;32&gt; &quot;characters&quot; &amp; more</p>',
  'in a URL': `/x?y=${encodeURIComponent(env.BETTER_AUTH_SECRET)}`,
  'in base64': Buffer.from(env.BETTER_AUTH_SECRET).toString('base64'),
}

for (const [name, text] of Object.entries(spellings))
  test(`the last look finds a secret ${name}`, () => {
    const secrets = secretsOf({}, env)
    assert.deepEqual(leaksIn(text, secrets), ['BETTER_AUTH_SECRET'])
  })

test('the last look finds half a token and tokens that nobody named', () => {
  assert.deepEqual(leaksIn(`sig ${signature}`, secretsOf(sampleSettings, {})), ['TOKEN_A'])
  assert.deepEqual(leaksIn(`a ${forged}`, []), ['something like a token'])
})
