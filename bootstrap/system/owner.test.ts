import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { query } from '../../adapters/postgres/embedded/query.ts'
import { ownerRecords } from '../../adapters/postgres/owner-records.ts'
import { connectionTarget } from '../../adapters/postgres/pool/connection-url.ts'
import { ownerCommand } from '../../adapters/terminal/owner-command.ts'
import type { OwnerRecords } from '../../application/ports/owner-records.ts'
import { deployment } from './deployment.ts'
import { program } from './program.ts'

const { built, database } = await deployment()
const env = { APP_ENV: 'test', DATABASE_URL: database.url }
const cwd = built.directory

const fill = (owner: string, tasks: number) =>
  query(
    database.url,
    `insert into tasks (owner, id, title, completed, priority, tags)
      select '${owner}', gen_random_uuid(), 'kept', false, 'low', '{}' from generate_series(1, ${tasks});
    insert into idempotency_keys (owner, operation, key, fingerprint, answer)
      values ('${owner}', 'create', 'k', 'f', '{"title":"kept"}') on conflict do nothing`,
  )
const left = async (owner: string): Promise<number> => {
  const [row] = await query(
    database.url,
    `select count(*)::int as n from (select owner from tasks union all
      select owner from idempotency_keys union all select owner from task_totals) as all_rows
    where owner = '${owner}'`,
  )
  return Number(row?.n)
}

/** Runs the built program, and returns what it said. The subject never is part of it. */
const owner = async (args: readonly string[], variables: NodeJS.ProcessEnv = env) => {
  const run = program([process.execPath, 'dist/owner.js', ...args], { cwd, env: variables })
  const code = await run.ended()
  assert.doesNotMatch(run.stderr(), /ada-lovelace|hunter2/)
  return { code, stdout: run.stdout(), said: run.stderr() }
}

test('an export is lines of JSON and nothing else, the last one with the counts', async () => {
  await fill('ada-lovelace', 3)
  const { code, stdout, said } = await owner(['export', 'ada-lovelace'])
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    lines.map(({ kind }) => kind),
    ['tasks', 'tasks', 'tasks', 'idempotencyKeys', 'end'],
  )
  assert.deepEqual(lines.at(-1).record, { tasks: 3, idempotencyKeys: 1 })
  assert.deepEqual([code, said], [0, 'exported 3 tasks and 1 idempotency key\n'])
})

test('where nobody can be asked, only --yes erases; a second time there is nothing', async () => {
  const refused = await owner(['erase', 'ada-lovelace'])
  assert.deepEqual([refused.code, refused.stdout], [2, ''])
  assert.match(refused.said, /^3 tasks and 1 idempotency key would be removed.*add --yes\n$/)
  assert.ok((await left('ada-lovelace')) > 0)
  const done = await owner(['erase', 'ada-lovelace', '--yes'])
  assert.deepEqual([done.code, done.said], [0, 'erased 3 tasks and 1 idempotency key\n'])
  assert.equal(await left('ada-lovelace'), 0)
  const again = await owner(['erase', 'ada-lovelace'])
  assert.equal(again.code, 0)
  assert.match(again.said, /^nothing is kept of this owner; .*check its spelling\n$/)
})

const hasScript = spawnSync('script', ['--version']).status === 0
test('on a terminal it asks', { skip: !hasScript && 'there is no script(1)' }, async () => {
  for (const [answer, rest] of [
    ['no', 2],
    ['erase', 0],
  ] as const) {
    await fill('bob', 1)
    const command = `${process.execPath} dist/owner.js erase bob`
    const terminal = spawn('script', ['-qec', command, '/dev/null'], {
      cwd,
      env: { PATH: process.env.PATH, ...env },
    })
    let seen = ''
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
      seen += text
      if (seen.includes('Type erase to go on: ')) terminal.stdin.end(`${answer}\n`)
    })
    const [code] = await once(terminal, 'close')
    assert.equal(code, rest, seen)
    assert.equal((await left('bob')) === 0, answer === 'erase', seen)
  }
})

const refusals: Record<string, string[]> = {
  nothing: [],
  'no owner': ['erase'],
  'another word': ['burn', 'ada-lovelace'],
  'two owners': ['erase', 'ada-lovelace', 'bob', '--yes'],
  'an unknown option': ['erase', 'ada-lovelace', '--force'],
  'an empty owner': ['erase', '', '--yes'],
  'an owner that no token can name': ['erase', 'ada-lovelace\n', '--yes'],
  'an owner that is too long': ['export', 'hunter2'.repeat(40)],
}
for (const [what, args] of Object.entries(refusals))
  test(`${what} is not understood, and nothing is done`, async () => {
    const { code, stdout, said } = await owner(args)
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(said, /owner export <sub>/)
  })

test('what is wrong with the database is told in a line, with the remedy', async () => {
  const missing = await owner(['export', 'bob'], { APP_ENV: 'test' })
  assert.deepEqual([missing.code, missing.stdout], [2, ''])
  assert.match(missing.said, /^DATABASE_URL\S* is missing/)
  const wrong = Object.assign(new URL(database.url), { password: 'hunter2' }).href
  const refused = await owner(['erase', 'bob', '--yes'], { ...env, DATABASE_URL: wrong })
  assert.equal(refused.code, 1)
  assert.match(
    refused.said,
    /^nothing was removed, since the database does not serve: correct user and password.*\(28P01\)\n$/,
  )
})

test('an export whose reader goes away is told not to be whole', async () => {
  await fill('cyd', 3_000)
  const run = spawn(process.execPath, ['dist/owner.js', 'export', 'cyd'], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
  })
  let said = ''
  run.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  await once(run.stdout, 'readable')
  run.stdout.destroy()
  const [code] = await once(run, 'close')
  assert.deepEqual([code, said], [1, 'whoever reads the export has closed it: it is not whole\n'])
})

test('an owner who writes meanwhile is told of, and may be erased again', async () => {
  await fill('dora', 2)
  const real = ownerRecords(connectionTarget(database.url, { production: false }))
  const writing: OwnerRecords = {
    ...real,
    erase: async (whose) => {
      const gone = await real.erase(whose)
      await fill(whose, 1)
      return gone
    },
  }
  const said: string[] = []
  const options = {
    remedyFor: () => '',
    output: new Writable(),
    say: (line: string) => void said.push(line),
  }
  const args = ['erase', 'dora', '--yes']
  assert.equal(await ownerCommand(args, { ...options, records: writing }), 3)
  assert.match(said.at(-1) ?? '', /^1 task and 1 idempotency key came meanwhile: end the user's/)
  assert.equal(await ownerCommand(args, { ...options, records: real }), 0)
  assert.equal(await left('dora'), 0)
})
