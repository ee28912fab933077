import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rooms, sourceFiles } from './architecture.ts'
import { type DecisionRecord, parseRecord } from './decisions-record.ts'
import type { Records } from './decisions-rules.ts'

const projectRoot = fileURLToPath(new URL('..', import.meta.url))
const INDEX = 'decisions/README.md'
const REQUIREMENTS = 'decisions/requirements.md'

/** Every record, in the order of their numbers. */
export const decisionRecords = (root = projectRoot): DecisionRecord[] =>
  readdirSync(join(root, 'decisions'))
    .filter((name) => /^\d{4}-.*\.md$/.test(name))
    .sort()
    .map((name) => parseRecord(name, readFileSync(join(root, 'decisions', name), 'utf8')))

/** The ids that the list of requirements gives anchors to, in its order. */
export const requirementIds = (text: string): string[] =>
  [...text.matchAll(/<a id="((?:us|ec|fr|sc)-?\d+)"><\/a>/g)].map(([, id = '']) => id.toUpperCase())

/** `decisions/README.md`, made from the records. */
export const indexOf = (records: readonly DecisionRecord[], ids: readonly string[]): string =>
  `${[
    '# Decisions',
    '',
    'Why the infrastructure is as it is: one record for each decision, with the options that lost. A record is',
    'not rewritten; a reversal is a new record, and both stay. This page is made by',
    '`node --import tsx bootstrap/decisions.ts`, and a test fails when it is stale.',
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
    confirmedBy.map((path) => `[${basename(path)}](../${path})`).join(' '),
  ].join(' | ')} |`

const linkToRequirement = (id: string) => `[${id}](requirements.md#${id.toLowerCase()})`

const recordsFor = (id: string, records: readonly DecisionRecord[]) =>
  records
    .filter(({ requirements }) => requirements.includes(id))
    .map(({ number, file }) => `[${number}](${file})`)
    .join(' ')

/** The records and everything that they have to agree with. */
export const readRecords = (root = projectRoot): Records => {
  const read = (path: string) => (existsSync(join(root, path)) ? readText(root, path) : '')
  const records = decisionRecords(root)
  const requirements = requirementIds(read(REQUIREMENTS))
  const tops = [...new Set(Object.keys(rooms).map((room) => room.split('/')[0] ?? ''))]
  const written = ['README.md', INDEX, REQUIREMENTS, ...records.map(({ file }) => pathOf(file))]
  return {
    records,
    requirements,
    sources: sourceFiles(root, tops),
    documents: new Map(written.map((path) => [path, read(path)])),
    index: { written: read(INDEX), made: indexOf(records, requirements) },
    exists: (path) => existsSync(join(root, path)),
  }
}

const readText = (root: string, path: string) => readFileSync(join(root, path), 'utf8')
const pathOf = (file: string) => `decisions/${file}`

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(join(projectRoot, INDEX), readRecords().index.made)
