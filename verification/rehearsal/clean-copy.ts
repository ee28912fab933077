import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Program } from '../../bootstrap/system/throwaway-service.ts'

/** What is rehearsed: a commit, or a folder as it is where git knows nothing of it. */
export interface Source {
  tree: string
  commit: string | undefined
  /** how many files differ from the commit, and so are not in it */
  uncommitted: number
}

export const sourceOf = (tree: string): Source => {
  const git = (...args: string[]) => spawnSync('git', ['-C', tree, ...args], { encoding: 'utf8' })
  const head = git('rev-parse', 'HEAD')
  if (head.status !== 0) return { tree, commit: undefined, uncommitted: 0 }
  const changed = git('status', '--porcelain').stdout.split('\n').filter(Boolean)
  return { tree, commit: head.stdout.trim(), uncommitted: changed.length }
}

/** What is made anew, or belongs to this machine alone. */
const notCopied = /^(node_modules|dist|\.git|\.data|\.env|\.rehearsal)$/

/** The files of the source and nothing else, in a folder of their own. @throws Error with what git says */
export const copyTo = (folder: string, { tree, commit }: Source): number => {
  mkdirSync(folder)
  if (commit) {
    const archive = 'git -C "$1" archive "$2" | tar -x -C "$3"'
    const script = ['-c', `set -o pipefail; ${archive}`, 'bash', tree, commit, folder]
    const done = spawnSync('bash', script, { encoding: 'utf8' })
    if (done.status !== 0) throw new Error(lastLineOf(done.stderr) || 'git archive failed')
  } else
    cpSync(tree, folder, { recursive: true, filter: (path) => !notCopied.test(basename(path)) })
  return readdirSync(folder, { recursive: true }).length
}

/** As Railpack does it, but that the packages of development are removed for certain. */
export const buildSteps: readonly (readonly string[])[] = [
  ['npm', 'ci', '--no-audit', '--no-fund', '--prefer-offline'],
  ['npm', 'run', 'build'],
  ['npm', 'prune', '--omit=dev', '--no-audit', '--no-fund'],
]

/** @throws Error that names the command and what it said last */
export const assertDone = async (running: Program, command: string): Promise<void> => {
  const end = await running.ended()
  if (end === 0) return
  throw new Error(
    `${command} ended with ${end}: ${complaintIn(running.stdout() + running.stderr())}`,
  )
}

/** The line in which a program told what was wrong, as near as that can be guessed. */
export const complaintIn = (text: string): string => {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const fatal = loggedIn(text).filter(({ level }) => level === 'fatal')
  const plain = lines.filter((line) => !line.startsWith('{'))
  const error = plain.find((line) => /\berror\b|ERR!/i.test(line)) ?? plain.at(-1)
  const told = fatal.length > 0 ? fatal.map(({ message }) => message).join('; ') : error?.trim()
  return told?.slice(0, 400) ?? 'it said nothing'
}

/** The lines of a log that are one; whatever else was written between them, by npm say, is left out. */
export const loggedIn = (text: string): Record<string, unknown>[] =>
  text.split('\n').flatMap((line) => {
    try {
      return line.startsWith('{') ? [JSON.parse(line)] : []
    } catch {
      return []
    }
  })

const lastLineOf = (text: string): string => text.trim().split('\n').at(-1) ?? ''

/** Packages of development that are there all the same. */
export const leftOverPackages = (folder: string, development: readonly string[]): string[] => {
  const there = new Set(readdirSync(join(folder, 'node_modules'), { recursive: false }).map(String))
  return development.filter((name) => there.has(name))
}
