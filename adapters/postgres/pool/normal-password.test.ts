import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import postgres from 'postgres'
import { throwawayServer } from '../embedded/throwaway.ts'
import { connectionTarget } from './connection-url.ts'
import { normalPassword } from './normal-password.ts'

describe('a password', () => {
  const forms: [string, string][] = [
    ['hunter2', 'hunter2'],
    ['a\u00a0b\u3000c\u1680', 'a b c '],
    ['A\u030a', '\u00c5'],
    ['ﬁ', 'fi'],
    ['I\u00adX', 'IX'],
    ['ª', 'a'],
    ['Ⅸ', 'IX'],
    ['a\u0007', 'a\u0007'],
    ['ﬁ\u0007', 'ﬁ\u0007'],
  ]
  for (const [sent, kept] of forms)
    it(`${JSON.stringify(sent)} is ${JSON.stringify(kept)}`, () =>
      assert.equal(normalPassword(sent), kept))
})

describe('a role whose password has more than one form', async () => {
  const server = await throwawayServer()
  after(server.drop)
  const admin = postgres(server.url, { max: 1 })
  after(() => admin.end())
  const port = new URL(server.url).port

  it('is let in', async () => {
    const password = 'A\u030a\u00a0ﬁ'
    await admin.unsafe(`create role formed login password '${password}'`)
    const [kept] = await admin`select rolpassword from pg_authid where rolname = 'formed'`
    assert.match(kept?.rolpassword, /^SCRAM-SHA-256/)
    const url = `postgres://formed:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`
    const { user, password: pass, host, database } = connectionTarget(url, { production: false })
    const sql = postgres({ host, port: Number(port), user, pass, database, max: 1 })
    const [row] = await sql`select current_user as name`
    assert.equal(row?.name, 'formed')
    await sql.end()
  })
})
