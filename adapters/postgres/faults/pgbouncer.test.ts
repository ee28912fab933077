import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'

const skip = !existsSync('/usr/sbin/pgbouncer') && 'Debian’s package of PgBouncer is not installed'

test('PgBouncer is found where an ordinary user’s PATH does not look', { skip }, async () => {
  process.env.PATH = '/usr/local/bin:/usr/bin:/bin'
  const { hasPgbouncer } = await import('./pgbouncer.ts')
  assert.equal(hasPgbouncer(), true)
})
