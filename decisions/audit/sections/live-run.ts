import type { Report } from '../../../verification/reports/report.ts'
import { orphans } from '../evidence/evidence.ts'
import type { Facts } from '../facts.ts'
import { toCheck, toRequirement } from '../page/links.ts'
import { joined, listed, type Piece, type Section, type Text, table, text } from '../page/page.ts'

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

const none: Section = {
  title: 'The last verification',
  blocks: [
    text(
      { standing: 'not proved' },
      ': no run is recorded. Run `npm run verify`, then give it to ',
    ),
  ],
}

const facts = ({ run, target, suite, outcome, counts, requests, latency, cleanUp }: Report) => {
  const row = (name: string, value: Piece): Text => [`${name}: `, value]
  const { warm } = latency
  return [
    row('target', { code: target.url }),
    row('environment', target.environment ?? 'not told'),
    row('release', target.release ? { code: target.release } : 'not told by the target'),
    row('when', run.startedAt),
    row('outcome', `${outcome.verdict}: ${outcome.sentence}`),
    row(
      'verdicts',
      Object.entries(counts.verdicts)
        .map(([verdict, count]) => `${count} ${verdict}`)
        .join(', '),
    ),
    row('duration', `${seconds(run.ms)}, ${requests.sent} requests`),
    row('latency', warm ? `median ${warm.p50Ms} ms, 95 % ${warm.p95Ms} ms` : 'not measured'),
    row('level', run.level),
    row('cleared up', cleanUp.verdict === 'PASS' ? 'yes' : cleanUp.detail),
    row('suite', `${suite.version}, ${suite.commit?.slice(0, 12) ?? 'no commit'}, ${suite.node}`),
  ]
}

/** The run that the evidence is from: what was verified, when, with which result, and what was left out. */
export const liveRun = ({ report, checks }: Facts): Section => {
  if (!report) return none
  const lost = orphans(report, checks)
  const broken = report.checks.filter(({ verdict }) => verdict === 'FAIL' || verdict === 'WARN')
  return {
    title: 'The last verification',
    blocks: [
      text(
        'From ',
        { text: 'report.json', to: 'report.json' },
        ', as ',
        { code: 'npm run verify' },
        ' wrote it.',
      ),
      { kind: 'list', items: facts(report) },
      ...(report.notRun.length === 0 ? [text('Every check ran.')] : []),
      ...listed(
        'Not run:',
        ['reason', 'checks', 'chosen'],
        report.notRun.map(({ reason, checks: ids, waived }) => [
          reason,
          joined(ids.map(toCheck)),
          waived ? 'yes' : 'no',
        ]),
      ),
      ...listed(
        'Failed, or passed with a warning:',
        ['check', 'verdict', 'expected', 'observed'],
        broken.map(({ id, verdict, findings: [first] }) => [
          toCheck(id),
          verdict,
          first?.expected ?? '',
          first?.observed ?? '',
        ]),
      ),
      ...(lost.length === 0
        ? []
        : [text(`It knows checks that are no more: ${lost.join(', ')}. Verify again.`)]),
    ],
  }
}

/** Every check with its evidence, one row each; other pages link here. */
export const allLiveChecks = ({ checks, liveProof, decisions }: Facts): Section => ({
  title: 'Live checks',
  long: true,
  blocks: [
    table(
      ['check', 'promise', 'severity', 'requirements', 'record', 'standing'],
      checks.map((check) => {
        const { standing, remark } = liveProof(check)
        const number = check.record.replace('ADR-', '')
        const record = decisions.records.find((it) => it.number === number)
        return [
          [{ anchor: check.id.toLowerCase() }, check.id],
          check.promise,
          check.severity,
          joined(check.requirements.map(toRequirement)),
          record ? { text: number, to: record.file } : { standing: 'not proved' },
          [{ standing }, ...(remark === '' ? [] : [`: ${remark}`])],
        ]
      }),
    ),
  ],
})
