import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Build, throwawayBuild } from '../../../bootstrap/system/build.ts'
import type { RehearsalContext } from '../context.ts'
import { runSteps } from '../step.ts'
import { restoreSteps } from '../steps/restore.ts'
import { teardown } from '../teardown.ts'
import { clientPrograms } from './client-programs.ts'
import { hasServerFor } from './dump-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'tasks-restore-'))
const atEnd = teardown()
let built: Build
before(async () => {
  built = await throwawayBuild()
})
after(async () => {
  await atEnd.run()
  built?.remove()
  rmSync(folder, { recursive: true, force: true })
})

const played = async () => {
  const context = { app: built.directory, folder, teardown: atEnd } as RehearsalContext
  const step = { ...restoreSteps[0], needs: [] } as (typeof restoreSteps)[number]
  const signal = new AbortController().signal
  const [outcome] = await runSteps([step], context, { signal, onOutcome: () => undefined })
  return outcome
}

const programs = clientPrograms()
const skip = !(programs && hasServerFor(programs)) && 'there is no pg_dump for a server here'

test('what was acknowledged before a dump is there after each way of a restore', {
  skip,
}, async () => {
  const outcome = await played()
  assert.equal(outcome?.verdict, 'held', outcome?.seen)
})

test('a trigger that finds its table by search_path alone is found out', { skip }, async () => {
  const migrations = join(built.directory, 'adapters/postgres/migrations')
  for (const name of readdirSync(migrations)) {
    const sql = readFileSync(join(migrations, name), 'utf8')
    writeFileSync(join(migrations, name), sql.replaceAll('%1$s.task_totals', 'task_totals'))
  }
  const outcome = await played()
  assert.equal(outcome?.verdict, 'broken')
  assert.match(
    outcome?.seen ?? '',
    /^data alone: pg_restore ended with 1: .*"task_totals" does not/,
  )
})
