import type { Facts } from './facts.ts'
import { html } from './page/html.ts'
import { markdown } from './page/markdown.ts'
import { type Block, text } from './page/page.ts'
import { architecture, wayOfRequest } from './sections/drawings.ts'
import { configuration, endpoints } from './sections/interface.ts'
import { allLiveChecks, liveRun } from './sections/live-run.ts'
import { measures, requirements } from './sections/measures.ts'
import { supply } from './sections/supply.ts'

const TITLE = 'Audit'

/** What is in the report, in this order. */
const sections = [
  measures,
  requirements,
  endpoints,
  configuration,
  liveRun,
  allLiveChecks,
  supply,
  architecture,
  wayOfRequest,
] as const

const introduction = (facts: Facts): Block[] => {
  const { checks, report, tests, liveProof } = facts
  const standings = checks.map((check) => liveProof(check).standing)
  const count = (wanted: string) => standings.filter((it) => it === wanted).length
  return [
    text(
      'Made by ',
      { code: 'npm run audit' },
      ' and never by hand: each row is derived from the code or is the result of a run that is recorded beside this file; a test fails when it is stale. What no run has shown is ',
      { standing: 'not proved' },
      '. Why things are so is told by ',
      { text: 'the decision records', to: 'README.md' },
      '.',
    ),
    text(
      `Live checks: ${count('proved')} of ${checks.length} proved, ${count('partly proved')} partly, ${count('broken')} broken, ${count('not proved')} not proved, `,
      report
        ? `by the run of ${report.run.startedAt} against ${report.target.url}.`
        : 'because no run is recorded.',
      tests
        ? ` Tests: as they ran on ${tests.when} at ${tests.commit} with Node ${tests.node}.`
        : ' Tests: no run is recorded.',
    ),
  ]
}

/** What lies beside the audit wherever it is written, and what lies on other servers. */
const unmoved = /^(?:audit\.md|report\.json)(?:#|$)|^\w+:/

/** The same with links that lead from another folder to where they led from `decisions/`. */
const relinked = <T>(page: T, way: string): T =>
  JSON.parse(JSON.stringify(page), (member, value) =>
    member === 'to' && !unmoved.test(value) ? `${way}/${value}` : value,
  )

/** The report in both forms. The same facts make the same bytes. @param way to `decisions/`, where it lies elsewhere */
export const auditOf = (facts: Facts, way?: string): { markdown: string; html: string } => {
  const page = { intro: introduction(facts), made: sections.map((section) => section(facts)) }
  const { intro, made } = way === undefined ? page : relinked(page, way)
  return { markdown: markdown(TITLE, intro, made), html: html(TITLE, intro, made) }
}
