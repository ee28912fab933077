import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { throwawayServer } from '../../../adapters/postgres/embedded/throwaway.ts'
import { throwawayBuild } from '../../../bootstrap/system/build.ts'
import { migrateDatabase } from '../../../bootstrap/system/service-process.ts'
import { readers } from './readers.ts'
import { watch } from './watch.ts'

const usage = `Runs the built service under load while its log is read badly, and ends it meanwhile:
npm run test:log [-- --seconds=60] [--only=<pattern of names>]

Exit codes: 0 it lived, drained and told what it dropped with every reader, 1 with one it did not, 2 not understood.`

const say = (line: string) => process.stdout.write(`${line}\n`)

const testReaders = async (seconds: number, only: RegExp): Promise<boolean> => {
  const temporary = mkdtempSync(join(tmpdir(), 'tasks-readers-'))
  const database = await throwawayServer()
  const build = await throwawayBuild()
  const outcomes: boolean[] = []
  try {
    await migrateDatabase(build.directory, database.url)
    for (const [n, reader] of readers.entries()) {
      if (!only.test(reader.name)) continue
      if (reader.path !== undefined && !existsSync(reader.path)) {
        say(`skipped  ${reader.name}: this machine has no ${reader.path}`)
        continue
      }
      const folder = join(temporary, String(n))
      mkdirSync(folder)
      const stage = { cwd: build.directory, databaseUrl: database.url, folder, seconds }
      const { broken, memoryMb, ...seen } = await watch(reader, stage)
      const [before, after] = memoryMb.map(Math.round)
      outcomes.push(broken.length === 0)
      say(
        `${broken.length === 0 ? 'HELD  ' : 'BROKEN'}  who reads the log ${reader.name}: ${seen.requests} requests, ` +
          `${seen.livez} of /livez (the slowest ${Math.round(seen.slowestLivezMs)} ms), ${before} to ${after} MB, ` +
          `ended in ${Math.round(seen.endMs)} ms; ${seen.lines} lines read, ${seen.dropped} told as dropped`,
      )
      for (const what of broken) say(`          ${what}`)
    }
  } finally {
    build.remove()
    await database.drop()
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5 })
  }
  return outcomes.length > 0 && outcomes.every(Boolean)
}

try {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      only: { type: 'string', default: '' },
      help: { type: 'boolean', default: false },
    },
  })
  const seconds = Number(values.seconds)
  if (!(seconds > 0 && seconds <= 3_600)) throw new Error('--seconds is a number from 1 to 3600')
  if (values.help) say(usage)
  else process.exit((await testReaders(seconds, new RegExp(values.only))) ? 0 : 1)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exit(2)
}
