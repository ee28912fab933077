import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { documents, envExample, readmeWithTable, variableTable } from './docs.ts'
import { variables } from './schema.ts'

test('README.md shows the variables as they are (else: npm run docs)', () => {
  const readme = readFileSync(documents.readme, 'utf8')
  assert.equal(readme, readmeWithTable(readme))
})

test('.env.example is what the schema makes it (else: npm run docs)', () => {
  assert.equal(readFileSync(documents.envExample, 'utf8'), envExample())
})

test('the table has a row of five cells for every variable', () => {
  const rows = variableTable().split('\n').slice(2)
  assert.equal(rows.length, variables.length)
  for (const row of rows) assert.equal(row.split(/(?<!\\)\|/).length, 7, row)
})

test('.env.example holds no secret', () => {
  for (const { name, secret } of variables)
    if (secret) assert.match(envExample(), new RegExp(`^(# )?${name}=$`, 'm'))
})

test('a README without its markers, or with them twice, is refused', () => {
  const marked = '<!-- configuration:begin -->stale<!-- configuration:end -->'
  assert.doesNotMatch(readmeWithTable(`a${marked}b`), /stale/)
  assert.match(readmeWithTable(`a${marked}b`), /^a<!--[\s\S]*-->b$/)
  for (const text of [
    '',
    marked + marked,
    '<!-- configuration:end --><!-- configuration:begin -->',
  ])
    assert.throws(() => readmeWithTable(text), /once each/)
})
