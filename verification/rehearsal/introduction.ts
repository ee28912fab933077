import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RehearsalContext } from './context.ts'

/** What a person should know before the first outcome. */
export const introduction = ({ source, options, sandbox }: RehearsalContext): string[] => {
  const { commit, uncommitted, tree } = source
  return [
    commit ? `Rehearsing commit ${commit.slice(0, 12)}` : `Rehearsing the files of ${tree}`,
    nodeLine(tree),
    ...(uncommitted > 0 ? [`The tree is dirty: ${uncommitted} changes are not rehearsed`] : []),
    ...(sandbox.missing ? [`No namespaces: ${sandbox.missing}`] : []),
    ...options.without.map((name) => `${name} is left out on purpose`),
    '',
  ]
}

const nodeLine = (tree: string): string => {
  const file = join(tree, '.node-version')
  const deployed = existsSync(file) ? readFileSync(file, 'utf8').trim() : process.versions.node
  return deployed === process.versions.node
    ? `Node ${deployed}`
    : `Node ${process.versions.node}, although a deploy takes ${deployed}`
}
