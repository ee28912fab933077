import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A text to search, from the files as they are or from any commit there ever was. */
export interface Source {
  path: string
  text: string
  /** of the object in Git; absent for a file as it lies there */
  object?: string
}

const git = (root: string, args: readonly string[], input?: string): Buffer =>
  execFileSync('git', ['-C', root, ...args], {
    ...(input !== undefined && { input }),
    maxBuffer: 2 ** 30,
    stdio: ['pipe', 'pipe', 'ignore'],
  })

const lines = (output: Buffer): string[] => output.toString('utf8').split('\n').filter(Boolean)

/** A sentence where the history is not all there: half of it would pass for clean. */
export const historyProblem = (root: string): string | undefined => {
  try {
    return git(root, ['rev-parse', '--is-shallow-repository']).toString().trim() === 'false'
      ? undefined
      : 'the history is shallow: run `git fetch --unshallow`, in CI check out with fetch-depth 0'
  } catch {
    return 'there is no history: run this in a clone'
  }
}

/** Every file as it lies there: tracked, or new and not ignored. */
export const treeSources = (root: string): Source[] =>
  git(root, ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])
    .toString('utf8')
    .split('\0')
    .filter(Boolean)
    .flatMap((path) => readable(root, path))

const readable = (root: string, path: string): Source[] => {
  try {
    return [{ path, text: textOf(readFileSync(join(root, path))) }]
  } catch {
    return [] // deleted or a link to nowhere; what it was is in the history
  }
}

/** A binary file holds no line that could be quoted; its name is still looked at. */
const textOf = (content: Buffer): string => (content.includes(0) ? '' : content.toString('utf8'))

const BATCH = 200

/** Every blob, commit and tag that any ref leads to, once each, removed files included. */
export function* historySources(root: string): Generator<Source> {
  const paths = new Map<string, string>()
  for (const line of lines(git(root, ['rev-list', '--objects', '--all']))) {
    const [object = '', ...path] = line.split(' ')
    paths.set(object, path.join(' '))
  }
  const objects = [...paths.keys()]
  for (let at = 0; at < objects.length; at += BATCH) {
    const input = objects.slice(at, at + BATCH).join('\n')
    for (const { object, type, content } of contents(git(root, ['cat-file', '--batch'], input)))
      if (type !== 'tree') yield { path: paths.get(object) || type, text: textOf(content), object }
  }
}

/** What `git cat-file --batch` writes: `<object> <type> <size>`, a line break, the content, a line break. */
function* contents(output: Buffer): Generator<{ object: string; type: string; content: Buffer }> {
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf('\n', at)
    const [object = '', type = '', size = ''] = output.toString('utf8', at, end).split(' ')
    const begin = end + 1
    yield { object, type, content: output.subarray(begin, begin + Number(size)) }
    at = begin + Number(size) + 1
  }
}

/** The first commit that has it, in short. */
export const commitOf = (root: string, object: string): string =>
  lines(git(root, ['log', '--all', '--reverse', '--format=%h', `--find-object=${object}`]))[0] ??
  object.slice(0, 7)
