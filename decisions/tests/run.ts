import { constants, setPriority } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { run } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sourceFiles } from '../rules/sources.ts'
import { failuresInFull } from './failures-in-full.ts'

/**
 * `npm test`: all tests, or those of the files and folders that are named. A program, because a line in package.json is
 * read by cmd.exe as well, which expands no `$(find …)`, and Node finds files by pattern only since 21.
 */
const root = fileURLToPath(new URL('../..', import.meta.url))

const asked = process.argv.slice(2).map((path) => relative(root, resolve(path)))
const isAsked = (path: string): boolean =>
  asked.length === 0 ||
  asked.some((place) => place === '' || path === place || path.startsWith(join(place, '/')))

const files = [...sourceFiles(root).keys()]
  .filter((path) => /\.(test|spec)\.ts$/.test(path) && isAsked(path))
  .map((path) => join(root, path))

const refuse = (line: string) => {
  process.stderr.write(`${line}\n`)
  process.exit(1)
}
if (process.platform === 'win32' && asked.length === 0)
  refuse('Tests of processes and of the embedded PostgreSQL do not run on Windows itself: use WSL.')
if (files.length === 0) refuse(`There is no test in ${asked.join(', ')}.`)
try {
  // Much of what is tested is about time, which a machine that is busy with something else does not leave to us.
  setPriority(constants.priority.PRIORITY_HIGH)
} catch {
  // Only root may.
}
// Half of their time tests wait, so that two cores have room for three files.
const events = run({ files, concurrency: 3 })
events.on('test:fail', ({ todo }) => {
  if (todo === undefined || todo === false) process.exitCode = 1
})
for await (const text of failuresInFull(events)) process.stdout.write(text)
