import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync } from 'node:fs'
import { basename } from 'node:path'

/** What is rehearsed: a commit, or the files of a folder that is no git checkout. */
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

/** What a build makes anew, or what belongs to this machine alone. */
const notCopied = /^(node_modules|dist|\.git|\.data|\.env|\.rehearsal)$/

/** Copies the files of the source to a new folder. Returns how many. @throws Error with what git says */
export const copyTo = (folder: string, { tree, commit }: Source): number => {
  mkdirSync(folder)
  if (commit) {
    const archive = 'set -o pipefail; git -C "$1" archive "$2" | tar -x -C "$3"'
    const args = ['-c', archive, 'bash', tree, commit, folder]
    const { status, stderr } = spawnSync('bash', args, { encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr.trim().split('\n').at(-1) || 'git archive failed')
  } else
    cpSync(tree, folder, { recursive: true, filter: (path) => !notCopied.test(basename(path)) })
  return readdirSync(folder, { recursive: true }).length
}
