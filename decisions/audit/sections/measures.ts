import type { DecisionRecord } from '../../rules/record.ts'
import { isTest, names } from '../../rules/rule.ts'
import { type Evidence, together } from '../evidence/evidence.ts'
import { checksFor, type Facts, testsFor } from '../facts.ts'
import { claimedBy, toCheck, toFile, toRecord, toRequirement } from '../page/links.ts'
import { counted, joined, type Piece, type Section, type Text, table, text } from '../page/page.ts'

/** What is in force: each accepted decision, with what proves it. */
export const measures = (facts: Facts): Section => ({
  title: 'Measures in force',
  blocks: [
    text(
      'One row for each decision that is in force, with the tests and the live checks that prove it, each as the last recorded run left it.',
    ),
    table(
      ['decision', 'requirements', 'tests', 'live checks', 'standing'],
      facts.decisions.records.filter(({ status }) => status === 'accepted').map(rowOf(facts)),
    ),
  ],
})

const rowOf =
  (facts: Facts) =>
  (record: DecisionRecord): Text[] => {
    const tests = testsFor(record).map((path) => ({ path, evidence: facts.testProof(path) }))
    const live = checksFor(record, facts.checks).map((check) => ({
      check,
      evidence: facts.liveProof(check),
    }))
    return [
      toRecord(record, true),
      joined(record.requirements.map(toRequirement)),
      joined(
        tests.map(({ path, evidence }) => [toFile(path), ...unless(evidence)]),
        ', ',
      ),
      live.length === 0 ? '' : liveText(live),
      { standing: together([...tests, ...live].map(({ evidence }) => evidence)) },
    ]
  }

/** Nothing beside a proof that holds without reserve. */
const unless = ({ standing, remark }: Evidence): Piece[] => {
  if (standing === 'proved') return remark === '' ? [] : [` (${remark})`]
  return [' (', { standing }, ')']
}

type Live = readonly { check: { id: string }; evidence: Evidence }[]

const liveText = (live: Live): Text => {
  const proved = live.filter(({ evidence }) => evidence.standing === 'proved')
  const rest = live.filter(({ evidence }) => evidence.standing !== 'proved')
  const shown = live.length <= SHOWN_MAX ? live : rest
  return [
    `${proved.length} of ${counted(live.length, 'check')} proved`,
    ...(shown.length === 0 ? [] : [': ']),
    ...joined(
      shown.map(({ check, evidence }) => [toCheck(check.id), ...unless(evidence)]),
      ', ',
    ),
  ]
}

/** More ids than this are a wall; then only those without a proof are named. */
const SHOWN_MAX = 6

/** Every requirement, with the records that answer it and the checks that prove it. */
export const requirements = ({ decisions, checks, liveProof, testProof }: Facts): Section => ({
  title: 'Requirements',
  blocks: [
    table(
      ['requirement', 'records', 'live checks', 'tests that name it', 'standing'],
      decisions.requirements.map((id) => {
        const live = checks
          .filter((check) => check.requirements.includes(id))
          .map((check) => ({ check, evidence: liveProof(check) }))
        const tests = namedIn(id, decisions.sources)
        const all = [...live.map(({ evidence }) => evidence), ...tests.map(testProof)]
        return [
          toRequirement(id),
          claimedBy(decisions.records, 'requirements', id),
          live.length === 0 ? '' : liveText(live),
          joined(tests.map(toFile), ', '),
          { standing: together(all) },
        ]
      }),
    ),
  ],
})

const namedIn = (id: string, sources: ReadonlyMap<string, string>): string[] =>
  [...sources]
    .filter(([path, source]) => isTest(path) && names(source, id))
    .map(([path]) => path)
    .sort()
