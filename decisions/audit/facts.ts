import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { allChecks } from '../../verification/checks/all.ts'
import type { Check } from '../../verification/engine/check.ts'
import { parseReport, type Report } from '../../verification/reports/report.ts'
import type { DecisionRecord } from '../rules/record.ts'
import { readRecords } from '../rules/records.ts'
import { isTest, type Records } from '../rules/rule.ts'
import { importsOf } from '../rules/sources.ts'
import { type Evidence, liveEvidence, type TestRuns, testEvidence } from './evidence/evidence.ts'
import { type Advisories, type Dependency, dependenciesIn } from './evidence/lock.ts'

/** Where recorded runs are kept, from the root. */
export const recorded = {
  report: 'decisions/report.json',
  tests: 'decisions/tests.json',
  advisories: 'decisions/dependencies.json',
} as const

/** Everything that the audit is made from, and nothing that differs from one machine to the next. */
export interface Facts {
  decisions: Records
  checks: readonly Check[]
  report: Report | undefined
  tests: TestRuns | undefined
  dependencies: readonly Dependency[]
  advisories: Advisories | undefined
  liveProof(check: Check): Evidence
  testProof(path: string): Evidence
}

/** @param live the text of a report to take instead of the recorded one */
export const readFacts = (root: string, live?: string): Facts => {
  const decisions = readRecords(root)
  const parsed = <T>(path: string, parse: (text: string) => T): T | undefined =>
    existsSync(join(root, path)) ? parse(readFileSync(join(root, path), 'utf8')) : undefined
  const report = live === undefined ? parsed(recorded.report, parseReport) : parseReport(live)
  const tests = parsed(recorded.tests, (text) => JSON.parse(text) as TestRuns)
  return factsOf({
    decisions,
    checks: allChecks,
    report,
    tests,
    dependencies: dependenciesIn(readFileSync(join(root, 'package-lock.json'), 'utf8')),
    advisories: parsed(recorded.advisories, (text) => JSON.parse(text) as Advisories),
  })
}

export const factsOf = (given: Omit<Facts, 'liveProof' | 'testProof'>): Facts => ({
  ...given,
  liveProof: liveEvidence(given.report),
  testProof: testEvidence(given.tests, (path) => runnersOf(path, given.decisions.sources)),
})

/** The tests that import a port's contract and so run it, by path. */
export const runnersOf = (contract: string, sources: ReadonlyMap<string, string>): string[] =>
  [...sources]
    .filter(([path]) => isTest(path))
    .filter(([path, source]) =>
      importsOf(source).some((name) => normalize(join(dirname(path), name)) === contract),
    )
    .map(([path]) => path)
    .sort()

/** The live checks that prove a record: those that name it, and those that it names. */
export const checksFor = (record: DecisionRecord, checks: readonly Check[]): Check[] =>
  checks.filter(
    (check) => check.record === `ADR-${record.number}` || record.confirmedBy.includes(check.id),
  )

/** The files that confirm a record, live checks aside. */
export const testsFor = ({ confirmedBy }: DecisionRecord): string[] =>
  confirmedBy.filter((it) => isTest(it) || it.endsWith('.contract.ts'))
