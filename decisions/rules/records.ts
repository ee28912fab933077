import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { operationIds } from '../../adapters/http/contract/contract.ts'
import { schema } from '../../bootstrap/config/schema.ts'
import { allChecks } from '../../verification/checks/all.ts'
import { sourcesOf } from '../../verification/reports/sources.ts'
import { importsOf, rooms, sourceFiles } from './architecture.ts'
import { isCheckId, type LiveCheck, type Records } from './house.ts'
import { type DecisionRecord, parseRecord } from './record.ts'

const projectRoot = fileURLToPath(new URL('../..', import.meta.url))
const INDEX = 'decisions/README.md'
const REQUIREMENTS = 'decisions/requirements.md'
const AUDIT = 'decisions/audit.md'

function readText(root: string, path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

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

/** The records and everything that they have to agree with. */
export const readRecords = (root = projectRoot): Records => {
  const read = (path: string) => (existsSync(join(root, path)) ? readText(root, path) : '')
  const records = decisionRecords(root)
  const requirements = requirementIds(read(REQUIREMENTS))
  const tops = [...new Set(Object.keys(rooms).map((room) => room.split('/')[0] ?? ''))]
  const written = [
    'README.md',
    INDEX,
    REQUIREMENTS,
    AUDIT,
    ...records.map(({ file }) => pathOf(file)),
  ]
  return {
    records,
    requirements,
    operations: operationIds,
    variables: Object.keys(schema),
    checks: liveChecks(),
    sources: sourceFiles(root, tops),
    documents: new Map(written.map((path) => [path, read(path)])),
    index: { written: read(INDEX), made: indexOf(records, requirements) },
    exists: (path) => existsSync(join(root, path)),
  }
}

/** The live checks, each with the file that collects its group: those beside it are parts of that one. */
export const liveChecks = (): LiveCheck[] => {
  const sourceOf = sourcesOf()
  return allChecks.map(({ id, requirements, record }) => {
    const { file } = sourceOf(id)
    return { id, requirements, record, file: groupFiles.find((it) => isPartOf(file, it)) ?? file }
  })
}

const folder = 'verification/checks'
const groupFiles = importsOf(readText(projectRoot, `${folder}/all.ts`))
  .filter((name) => name.startsWith('./'))
  .map((name) => join(folder, name))

const isPartOf = (file: string, group: string) => dirname(file) === dirname(group)

const pathOf = (file: string) => `decisions/${file}`

/** Renews the index. */
export const writeIndex = (): void =>
  writeFileSync(join(projectRoot, INDEX), readRecords().index.made)

if (process.argv[1] === fileURLToPath(import.meta.url)) writeIndex()
