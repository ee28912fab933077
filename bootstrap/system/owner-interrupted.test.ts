import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, openSync } from 'node:fs'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { query } from '../../adapters/postgres/embedded/query.ts'
import { ownerCommand } from '../../adapters/terminal/owner-command.ts'
import { Fault } from '../../domain/fault.ts'
import { deployment } from './deployment.ts'
import { until } from './wait.ts'

const { built, database } = await deployment()
const ask = (statement: string) => query(database.url, statement)
const fill = (owner: string, tasks: number) =>
  ask(`insert into tasks (owner, id, title, completed, priority, tags)
    select '${owner}', gen_random_uuid(), 'kept', false, 'low', '{}' from generate_series(1, ${tasks})`)
const kept = async (owner: string) => {
  const [row] = await ask(`select count(*)::int as n from tasks where owner = '${owner}'`)
  return row?.n
}
/** Ends the connections that run, or ran last, what matches; true where there was one. */
const endedThose = async (running: string): Promise<boolean> => {
  const ended = await ask(`select pg_terminate_backend(pid) from pg_stat_activity
    where query like '${running}' and pid <> pg_backend_pid()`)
  return ended.length > 0
}

/** The built program, its output into this file where one is given. */
const owner = (args: readonly string[], into: number | 'pipe' = 'pipe') => {
  const { PATH } = process.env
  const run = spawn(process.execPath, ['dist/owner.js', ...args], {
    cwd: built.directory,
    env: { PATH, APP_ENV: 'test', DATABASE_URL: database.url },
    stdio: ['ignore', into, 'pipe'],
  })
  const ended = Promise.all([once(run, 'close'), text(run.stderr as NodeJS.ReadableStream)])
  return { run, ended: ended.then(([[code], said]) => ({ code, said })) }
}

test('an export whose database goes away is told not to be whole, and has no end', async () => {
  await fill('ada', 9_000)
  const { run, ended } = owner(['export', 'ada'])
  const output = run.stdout as NodeJS.ReadableStream
  // As much as fits the pipe is on its way, and the rest has to wait.
  await once(output, 'readable')
  await until(() => endedThose('fetch 500%'))
  const [{ code, said }, exported] = await Promise.all([ended, text(output)])
  assert.equal(code, 1)
  assert.match(said, /^the export is not whole, since the database does not serve: try again later/)
  assert.doesNotMatch(exported, /"kind":"end"/)
})

test('an erasure whose database goes away removes nothing', async () => {
  await fill('bob', 100)
  const holding = ask(
    `begin; update tasks set title = 'held' where owner = 'bob'; select pg_sleep(600)`,
  ).catch(() => undefined)
  await until(
    async () => (await ask(`select from pg_stat_activity where wait_event = 'PgSleep'`)).length > 0,
  )
  const { ended } = owner(['erase', 'bob', '--yes'])
  await until(() => endedThose('%gone_tasks%'))
  const { code, said } = await ended
  assert.equal(code, 1)
  assert.match(said, /^nothing was removed, since the database does not serve: try again later/)
  await endedThose('begin; update tasks%')
  await holding
  assert.equal(await kept('bob'), 100)
})

const full = '/dev/full'
test('an export that finds no room is told not to be whole', {
  skip: !existsSync(full) && 'this system has no full device',
}, async () => {
  await fill('cyd', 10)
  const { code, said } = await owner(['export', 'cyd'], openSync(full, 'w')).ended
  assert.deepEqual([code, said], [1, 'the export cannot be written (ENOSPC): it is not whole\n'])
})

test('what is erased is told to be, whatever comes after', async () => {
  const counts = { tasks: 3, idempotencyKeys: 0 }
  const away = new Fault('database_unavailable')
  const unknown = new Fault('outcome_unknown')
  for (const [erase, lines] of [
    [
      async () => counts,
      [/^erased 3 tasks/, /^whether the owner has written meanwhile is not known/],
    ],
    [async () => Promise.reject(unknown), [/^the database went away before it said whether/]],
  ] as const) {
    const said: string[] = []
    let counted = 0
    const records = {
      count: async () => {
        counted += 1
        if (counted > 1) throw away
        return counts
      },
      all: async function* () {},
      erase,
    }
    const options = { records, remedyFor: () => '', output: new Writable() }
    const code = await ownerCommand(['erase', 'dora', '--yes'], {
      ...options,
      say: (line) => void said.push(line),
    })
    assert.equal(code, 1)
    assert.equal(said.length, lines.length)
    for (const [n, line] of lines.entries()) assert.match(said[n] ?? '', line)
  }
})
