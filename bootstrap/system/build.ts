import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildInto } from '../build.ts'

/** The root of the project. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Build {
  directory: string
  remove(): void
}

/**
 * What a deploy consists of, in a folder of its own: the build and the files that it looks for beside itself.
 * There is no node_modules, so whatever runs here needs no package at all.
 */
export const throwawayBuild = async (): Promise<Build> => {
  const directory = mkdtempSync(join(tmpdir(), 'tasks-build-'))
  const migrations = 'adapters/postgres/migrations'
  mkdirSync(join(directory, 'adapters/postgres'), { recursive: true })
  for (const path of ['package.json', 'Procfile', migrations])
    cpSync(join(root, path), join(directory, path), { recursive: true })
  await buildInto(join(directory, 'dist'))
  return {
    directory,
    remove: () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }),
  }
}

/** The command of the deploy's Procfile. @throws Error where there is not exactly one */
export const commandIn = (app: string): string => {
  const lines = readFileSync(join(app, 'Procfile'), 'utf8').trim().split('\n')
  const [, command] = /^web: (.+)$/.exec(lines[0] ?? '') ?? []
  if (command === undefined || lines.length > 1)
    throw new Error('the Procfile has not exactly one line that begins with "web: "')
  return command
}
