import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { allChecks } from '../../checks/all.ts'
import { buildReport } from '../build.ts'
import {
  sampleCheck,
  sampleExchange,
  sampleFinished,
  sampleResponse,
  sampleResult,
  sampleRun,
} from '../fixtures.ts'
import { parseReport } from '../report.ts'
import { consoleLines } from './console.ts'
import { stepSummaryOf } from './step-summary.ts'
import { renderAll } from './write.ts'

const hostile = `</script><script>alert(1)</script>\u0001\u202e ]]> & "quoted" \ud800`
const exchange = sampleExchange(
  { path: '/health', method: 'POST' },
  sampleResponse(200, hostile, 'text/html'),
)
const finding = (verdict: 'FAIL' | 'WARN' | 'INCONCLUSIVE') => ({
  verdict,
  expected: 'peace',
  observed: hostile,
  exchange,
})
const results = [
  sampleResult('H-01'),
  sampleResult('H-02', { verdict: 'FAIL', findings: [finding('FAIL'), finding('FAIL')] }),
  sampleResult('H-03', { verdict: 'INCONCLUSIVE', findings: [finding('INCONCLUSIVE')] }),
  sampleResult('V-01', { verdict: 'NOT-RUN', reason: 'no users', waived: true }),
  sampleResult('V-02', { verdict: 'NOT-RUN', reason: 'deadline' }),
]
const checks = results.map(({ id }) => sampleCheck(id, { promise: `holds ${hostile}` }))
const report = buildReport(sampleRun, sampleFinished(results, [exchange]), checks, (it) => it)
const artefacts = renderAll(report)
const html = artefacts['report.html']
const xml = artefacts['junit.xml']

test('the page escapes everything that a target may have sent', () => {
  assert.doesNotMatch(html, /<script>alert/)
  assert.equal(html.match(/<script>/g)?.length, 1)
  assert.match(html, /&lt;script&gt;alert/)
})

test('the page needs nothing from elsewhere and allows nothing inline but its own', () => {
  assert.match(html, /default-src &#39;none&#39;; style-src &#39;sha256-/)
  assert.doesNotMatch(html, /(src|href)="(?!#)/)
  assert.doesNotMatch(html, /\sstyle="|\son\w+="/)
})

test('the page opens what failed and says that the run is partial', () => {
  assert.match(html, /<details class="check FAIL" id="H-02"[^>]* open>/)
  assert.match(html, /This is a partial run: 3 of 5 checks ran/)
})

test('JUnit has a suite for each group, with failures, errors and skips told apart', () => {
  assert.match(xml, /<testsuite name="Health" tests="3" failures="1" errors="1" skipped="0"/)
  assert.match(xml, /<testsuite name="Input" tests="2" failures="0" errors="1" skipped="1"/)
  assert.equal(xml.match(/<testcase /g)?.length, 5)
  assert.doesNotMatch(xml, /(?![\t\n\r])\p{Cc}|\p{Surrogate}/u)
})

test('SARIF tells of every rule its name, what it means, what to do and where to read on', () => {
  const [run] = JSON.parse(artefacts['report.sarif']).runs
  for (const rule of run.tool.driver.rules) {
    assert.match(rule.name, /^\p{Lu}[\p{L}\d]+$/u)
    for (const part of ['shortDescription', 'fullDescription', 'help'])
      assert.match(rule[part].text, /\.$/, part)
    assert.match(rule.help.markdown, /^\*\*Likely fix\*\*: mend it/)
    assert.ok(URL.canParse(rule.helpUri))
  }
})

test('the page of a job tells the verdict, the failures and the groups, and nothing as markup', () => {
  const summary = stepSummaryOf(report)
  assert.match(summary, /^## ❌ 1 promise broken\n/)
  assert.match(summary, /\*\*FAIL H-02\*\* holds /)
  assert.match(summary, /\n\| Health \| 1 \| 1 \| · \| 1 \|\n/)
  assert.doesNotMatch(summary, /<script|"quoted"\*/)
})

test('SARIF has a result only for what did not pass, and a place for each', () => {
  const [run] = JSON.parse(artefacts['report.sarif']).runs
  assert.equal(run.tool.driver.rules.length, 5)
  assert.deepEqual(
    run.results.map((it: { ruleId: string; kind: string; level: string }) => [
      it.ruleId,
      it.kind,
      it.level,
    ]),
    [
      ['H-02', 'fail', 'error'],
      ['H-03', 'open', 'none'],
    ],
  )
  for (const { locations, ruleId, ruleIndex, partialFingerprints } of run.results) {
    const { uri } = locations[0].physicalLocation.artifactLocation
    assert.ok(existsSync(new URL(`../../../${uri}`, import.meta.url)), uri)
    assert.equal(run.tool.driver.rules[ruleIndex].id, ruleId)
    assert.match(partialFingerprints['checkAndRoute/v1'], /^[0-9a-f]{64}$/)
  }
})

test('everything else derives from report.json alone', () => {
  const again = renderAll(parseReport(artefacts['report.json']))
  assert.deepEqual(again, artefacts)
  assert.throws(() => parseReport('{"format":2}'), /is no report/)
  assert.throws(() => parseReport('null'), /is no report/)
})

test('the console tells failures first, with request, expectation, observation and fix', () => {
  const [first, sent, expected, observed] = consoleLines(report, [])
  assert.match(first ?? '', /^FAIL H-02 · /)
  assert.match(sent ?? '', /sent {5}curl -i .*-X POST/)
  assert.match(expected ?? '', /expected peace/)
  assert.match(observed ?? '', /observed/)
})

test('the console stays within 40 lines when all is well', () => {
  const well = allChecks.map(({ id }) => sampleResult(id))
  const all = buildReport(sampleRun, sampleFinished(well, [exchange]), allChecks, (it) => it)
  assert.equal(all.outcome.exitCode, 0)
  assert.ok(consoleLines(all, ['a', 'b', 'c', 'd']).length <= 40)
})

test('every check is found in the file that holds it', () => {
  const { checks: reported } = buildReport(sampleRun, sampleFinished([], []), allChecks, (it) => it)
  for (const { id, source } of reported) {
    const line = readFileSync(new URL(`../../../${source.file}`, import.meta.url), 'utf8').split(
      '\n',
    )[source.line - 1]
    if (!source.file.endsWith('/all.ts')) assert.ok(line?.includes(id), `${id} ${source.file}`)
  }
})
