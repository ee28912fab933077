import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { operationIds } from '../../adapters/http/contract/contract.ts'
import { variables } from '../../bootstrap/config/schema.ts'
import { allChecks } from '../../verification/checks/all.ts'
import { sourcesOf } from '../../verification/reports/sources.ts'
import { indexOf } from './index-page.ts'
import { type DecisionRecord, parseRecord } from './record.ts'
import type { LiveCheck, Records } from './rule.ts'
import { sourceFiles } from './sources.ts'

const projectRoot = fileURLToPath(new URL('../..', import.meta.url))
const INDEX = 'decisions/README.md'
const REQUIREMENTS = 'decisions/requirements.md'

/** Every record, in the order of their numbers. */
const decisionRecords = (root = projectRoot): DecisionRecord[] =>
  readdirSync(join(root, 'decisions'))
    .filter((name) => /^\d{4}-.*\.md$/.test(name))
    .sort()
    .map((name) => parseRecord(name, readFileSync(join(root, 'decisions', name), 'utf8')))

/** What people read first: the pages that GitHub shows, and the guide of the suite. */
export const pages = (root = projectRoot): string[] => [
  'README.md',
  'verification/README.md',
  ...readdirSync(join(root, '.github'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `.github/${name}`),
]

/** The ids that the list of requirements gives anchors to, in its order. */
export const requirementIds = (text: string): string[] =>
  [...text.matchAll(/<a id="((?:us|ec|fr|sc)-?\d+)"><\/a>/g)].map(([, id = '']) => id.toUpperCase())

/** The records and everything that they have to agree with. */
export const readRecords = (root = projectRoot): Records => {
  const read = (path: string) =>
    existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : ''
  const records = decisionRecords(root)
  const requirements = requirementIds(read(REQUIREMENTS))
  const own = records.map(({ file }) => `decisions/${file}`)
  const written = [...pages(root), INDEX, REQUIREMENTS, 'decisions/audit.md', ...own]
  return {
    records,
    requirements,
    operations: operationIds,
    variables: variables.map(({ name }) => name),
    checks: liveChecks(),
    sources: sourceFiles(root),
    documents: new Map(written.map((path) => [path, read(path)])),
    index: { written: read(INDEX), made: indexOf(records, requirements) },
    exists: (path) => existsSync(join(root, path)),
  }
}

/** The live checks, each with the file that collects its group: `checks/cors/cors.ts` for all in `checks/cors/`. */
const liveChecks = (): LiveCheck[] => {
  const sourceOf = sourcesOf()
  return allChecks.map(({ id, requirements, record }) => {
    const folder = dirname(sourceOf(id).file)
    return { id, requirements, record, file: join(folder, `${basename(folder)}.ts`) }
  })
}

/** Renews the index. */
export const writeIndex = (): void =>
  writeFileSync(join(projectRoot, INDEX), readRecords().index.made)

if (process.argv[1] === fileURLToPath(import.meta.url)) writeIndex()
