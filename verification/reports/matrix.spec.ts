import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Exchange } from '../engine/http/exchange.ts'
import { cellsOf, taskRoutes } from '../engine/matrix.ts'
import { buildReport } from './build.ts'
import {
  sampleCheck,
  sampleExchange,
  sampleFinished,
  sampleResponse,
  sampleResult,
  sampleRun,
} from './fixtures.ts'
import { htmlOf } from './formats/html.ts'
import { matrixShare } from './matrix.ts'

const [get, head] = cellsOf('token', taskRoutes, ['expired'])
const [other] = cellsOf('key', taskRoutes, ['reused'])
assert.ok(get && head && other)
const checks = [
  sampleCheck('A-01', { cells: [get, head] }),
  sampleCheck('D-01', { cells: [other, get] }),
]
const results = [
  sampleResult('A-01'),
  sampleResult('D-01', { verdict: 'NOT-RUN', reason: 'no users', waived: true }),
]
const reportOf = (...exchanges: Exchange[]) =>
  buildReport(sampleRun, sampleFinished(results, exchanges), checks, (it) => it)
const answer = (status: number) =>
  sampleExchange({ path: '/', covers: [get, head] }, sampleResponse(status, '{}'))

test('a cell is covered by an answer, whichever check declared it, and counts once', () => {
  const { matrix } = reportOf(answer(401))
  assert.deepEqual(matrixShare(matrix), { declared: 3, covered: 2 })
  assert.deepEqual(matrix.rows.find(({ route }) => route === 'getTask')?.shares, {
    token: { declared: 1, covered: 1 },
    key: { declared: 1, covered: 0 },
  })
  assert.deepEqual(matrix.uncovered, [
    { check: 'D-01', reason: 'no users', cells: ['getTask key reused'] },
  ])
})

test('who asks for patience, is an edge or says nothing has not answered', () => {
  const silent = sampleExchange({ path: '/', covers: [get, head] })
  const edge = { ...answer(404), edge: true }
  for (const exchange of [answer(429), silent, edge])
    assert.equal(matrixShare(reportOf(exchange).matrix).covered, 0)
})

test('the page shows the table and names what has no answer', () => {
  const html = htmlOf(reportOf(answer(200)))
  assert.match(html, /<small>2 of 3 cells answered<\/small>/)
  assert.match(html, /<tr><td>GET \/api\/v1\/tasks\/\{id\}<\/td><td class="PASS">1 of 1<\/td>/)
  assert.match(html, /D-01<\/a> no users: getTask key reused/)
})
