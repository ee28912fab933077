import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { operationIds, operations } from '../../adapters/http/contract/contract.ts'
import { variables } from '../../bootstrap/config/schema.ts'
import { allChecks } from '../../verification/checks/all.ts'
import { auditOf } from './audit.ts'
import { factsOf, readFacts } from './facts.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const facts = readFacts(root)
const made = auditOf(facts)
const written = (path: string) => readFileSync(join(root, path), 'utf8')

describe('the audit of endpoints, variables and measures (US3)', () => {
  it('is what it would be now', () => {
    const stale = 'is stale: run `npm run audit` and commit decisions/'
    assert.ok(written('decisions/audit.md') === made.markdown, `decisions/audit.md ${stale}`)
    assert.ok(written('decisions/audit.html') === made.html, `decisions/audit.html ${stale}`)
  })

  it('is the same whenever it is made', () => {
    assert.deepEqual(auditOf(readFacts(root)), made)
  })

  it('has a row for every operation, variable, decision and check', () => {
    const { markdown, html } = made
    for (const id of operationIds) {
      const { method, path } = operations[id]
      assert.ok(markdown.includes(`| \`${method} ${path}\` |`), id)
      assert.ok(html.includes(`<code>${method} ${path}</code>`), id)
    }
    for (const { name } of variables) assert.ok(markdown.includes(`| \`${name}\` |`), name)
    for (const { id } of allChecks) assert.ok(markdown.includes(`<a id="${id.toLowerCase()}">`), id)
    for (const { file } of facts.decisions.records) assert.ok(markdown.includes(`(${file})`), file)
  })

  it('links a record from every measure, endpoint and variable (SC-005)', () => {
    for (const title of ['Measures in force', 'Endpoints', 'Environment variables']) {
      const [, section = ''] = made.markdown.split(`\n## ${title}\n`)
      const [, rows = ''] = /\n\|---.*\n((?:\|.*\n)+)/.exec(section) ?? []
      assert.ok(rows.length > 0, title)
      for (const row of rows.trim().split('\n')) assert.match(row, /\]\(\d{4}-[\w-]+\.md\)/)
    }
  })

  it('holds no value of a variable', () => {
    for (const { name } of variables) process.env[name] ??= `planted-${name}-value`
    const { markdown, html } = auditOf(readFacts(root))
    for (const text of [markdown, html]) assert.doesNotMatch(text, /planted-/)
  })

  it('needs nothing but itself in a browser', () => {
    assert.doesNotMatch(made.html, /<(?:link|img|iframe|object)\b|\ssrc=|@import|url\(/)
    assert.match(made.html, /<meta name="viewport" content="width=device-width/)
    assert.match(made.html, /prefers-color-scheme: dark/)
  })
})

test('written elsewhere it leads to the same places', () => {
  const { markdown, html } = auditOf(facts, '..')
  const links = [...markdown.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, path = '']) => path)
  const local = links.filter((path) => !/^\w+:|^(audit\.md|report\.json)$/.test(path))
  assert.ok(local.length > 100)
  for (const path of local) assert.ok(existsSync(join(root, 'decisions/elsewhere', path)), path)
  for (const path of new Set(local)) assert.ok(html.includes(`href="${path}`), path)
})

/** The row of the table whose first cell holds this. */
const rowIn = (markdown: string, start: string): string =>
  markdown.split('\n').find((line) => line.startsWith(`| ${start}`)) ?? ''

describe('a row without evidence', () => {
  const { liveProof: _live, testProof: _test, ...bare } = facts
  const none = { ...bare, report: undefined, tests: undefined }

  it('says so, for every check and every measure', () => {
    const { markdown } = auditOf(factsOf(none))
    for (const { id } of allChecks)
      assert.match(
        rowIn(markdown, `<a id="${id.toLowerCase()}">`),
        /\*\*not proved\*\*: no recorded run/,
      )
    const [, measures = ''] = markdown.split('\n## Measures in force\n')
    for (const row of measures.split('\n## ')[0]?.match(/^\| \[\d.*$/gm) ?? [])
      assert.match(row, /\| \*\*not proved\*\* \|$/)
    assert.doesNotMatch(markdown, /\| proved \|/)
  })

  it('says so for an endpoint that no record claims', () => {
    const records = bare.decisions.records.map((record) => ({ ...record, endpoints: [] }))
    const unclaimed = { ...bare, decisions: { ...bare.decisions, records } }
    const { markdown } = auditOf(factsOf(unclaimed))
    assert.match(rowIn(markdown, '`GET /health`'), /\| \*\*not proved\*\* \|$/)
  })
})

test('what is written by others cannot break out of its cell', () => {
  const { liveProof: _live, testProof: _test, ...bare } = facts
  const [check, ...rest] = bare.checks
  assert.ok(check)
  const promise = 'a | b\n<script>alert(1)</script> `c` [d](e)'
  const given = factsOf({ ...bare, checks: [{ ...check, promise }, ...rest] })
  const { markdown, html } = auditOf(given)
  assert.doesNotMatch(html, /<script>alert/)
  assert.match(markdown, /a \\\| b \\<script\\>alert\(1\)\\<\/script\\> \\`c\\` \\\[d\\\]\(e\)/)
})
