import { writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { writeIndex } from '../rules/records.ts'
import { auditOf } from './audit.ts'
import { askRegistry } from './evidence/record-advisories.ts'
import { reportToKeep } from './evidence/record-report.ts'
import { runTests } from './evidence/record-tests.ts'
import { readFacts, recorded } from './facts.ts'

/**
 * Writes the index of decisions and the audit from the code and from what is recorded beside them.
 * `--report <file or folder>` first takes over a report of the live suite, `--tests` runs the tests that
 * confirm records, `--failed` those of them alone that have not passed, `--refresh` asks the registry about dependencies. With `--into <folder>` the audit of that
 * report is written there, and nothing is recorded.
 */
const root = fileURLToPath(new URL('../..', import.meta.url))
const { values } = parseArgs({
  options: {
    report: { type: 'string' },
    into: { type: 'string' },
    tests: { type: 'boolean', default: false },
    failed: { type: 'boolean', default: false },
    refresh: { type: 'boolean', default: false },
  },
})
const say = (line: string) => process.stdout.write(`${line}\n`)
const write = (path: string, text: string) => writeFileSync(join(root, path), text)
const record = (path: string, value: unknown) => write(path, `${JSON.stringify(value, null, 2)}\n`)

const make = () => {
  writeIndex()
  const { markdown, html } = auditOf(readFacts(root))
  write('decisions/audit.md', markdown)
  write('decisions/audit.html', html)
}

const makeInto = async (folder: string, report: string) => {
  const way = relative(folder, join(root, 'decisions')).replaceAll('\\', '/')
  const { markdown, html } = auditOf(readFacts(root, await reportToKeep(report, root)), way)
  writeFileSync(join(folder, 'audit.md'), markdown)
  writeFileSync(join(folder, 'audit.html'), html)
  say(`written: ${join(folder, 'audit.md')}, ${join(folder, 'audit.html')}`)
}

if (values.into !== undefined) {
  await makeInto(resolve(values.into), values.report ?? values.into)
  process.exit()
}
if (values.report !== undefined) write(recorded.report, await reportToKeep(values.report, root))
if (values.refresh) record(recorded.advisories, askRegistry(root, readFacts(root).dependencies))
make()
if (values.tests || values.failed) {
  // After the first making, because some of these tests fail where what was made is stale.
  const { decisions, tests: earlier } = readFacts(root)
  const tests = await runTests(root, decisions, values.failed ? earlier : undefined)
  record(recorded.tests, tests)
  for (const [path, { failed }] of Object.entries(tests.files))
    if (failed > 0) say(`${path} failed`)
  make()
}
say('written: decisions/README.md, decisions/audit.md, decisions/audit.html')
