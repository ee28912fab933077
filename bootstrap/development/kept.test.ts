import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { keptIn, TOKEN_LIFETIME_MS } from './kept.ts'

const directory = mkdtempSync(join(tmpdir(), 'tasks-kept-'))
after(() => rmSync(directory, { recursive: true }))

const HOUR_MS = 3_600_000
const rows: readonly [string, leftMs: number, isKept: boolean][] = [
  ['a moment old', TOKEN_LIFETIME_MS - 1, true],
  ['about to expire', 23 * HOUR_MS, false],
  [
    'from a time that has not come yet, since the clock was set back',
    TOKEN_LIFETIME_MS + HOUR_MS,
    false,
  ],
]
for (const [name, leftMs, isKept] of rows)
  test(`tokens ${name} are ${isKept ? 'kept' : 'made anew'}`, () => {
    const expire = new Date(Date.now() + leftMs)
    writeFileSync(join(directory, 'tokens-expire'), expire.toISOString())
    const { tokensExpire } = keptIn(directory)
    assert.equal(tokensExpire.getTime() === expire.getTime(), isKept)
    assert.ok(tokensExpire.getTime() <= Date.now() + TOKEN_LIFETIME_MS)
  })
