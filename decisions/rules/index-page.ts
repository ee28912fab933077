import { basename } from 'node:path'
import type { DecisionRecord } from './record.ts'
import { isCheckId } from './rule.ts'

/** `decisions/README.md`, made from the records. */
export const indexOf = (records: readonly DecisionRecord[], ids: readonly string[]): string =>
  `${[
    '# Decisions',
    '',
    'Why the infrastructure is as it is: one record for each decision, with the options that lost. A record is',
    'not rewritten; a reversal is a new record, and both stay. This page is made by `npm run audit`, and a test',
    'fails when it is stale. [The audit](audit.md) shows what they come to: endpoints, variables, measures, evidence.',
    '',
    '| record | decision | status | date | answers | confirmed by |',
    '|---|---|---|---|---|---|',
    ...records.map(rowOf),
    '',
    '## By requirement',
    '',
    '| requirement | records |',
    '|---|---|',
    ...ids.map((id) => `| ${linkToRequirement(id)} | ${recordsFor(id, records)} |`),
  ].join('\n')}\n`

const rowOf = ({ number, title, file, status, date, requirements, confirmedBy }: DecisionRecord) =>
  `| ${[
    number,
    `[${title}](${file})`,
    status,
    date,
    requirements.map(linkToRequirement).join(' '),
    confirmedBy.map(linkToProof).join(' '),
  ].join(' | ')} |`

const linkToProof = (it: string) =>
  isCheckId(it) ? `[${it}](audit.md#${it.toLowerCase()})` : `[${basename(it)}](../${it})`

const linkToRequirement = (id: string) => `[${id}](requirements.md#${id.toLowerCase()})`

const recordsFor = (id: string, records: readonly DecisionRecord[]) =>
  records
    .filter(({ requirements }) => requirements.includes(id))
    .map(({ number, file }) => `[${number}](${file})`)
    .join(' ')
