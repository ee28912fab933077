import { fileURLToPath } from 'node:url'
import { variables } from '../../bootstrap/config/schema.ts'
import { commitOf, historyProblem, historySources, type Source, treeSources } from './git.ts'
import { defaultedSecrets, isSecretFile, suspicionsIn } from './rules.ts'

const IN_TREE = 'take it out, give it as an environment variable, and replace it where it is valid'
const IN_HISTORY =
  'replace it where it is valid, now; then take it out of the history (git filter-repo), or, if it never was one, add it to the made-up values in decisions/secrets/rules.ts'

/** A sentence for every secret in the files and in every commit that any ref leads to. */
export const secretsIn = async (root: string): Promise<string[]> => {
  const incomplete = historyProblem(root)
  if (incomplete) return [incomplete]
  const found: string[] = []
  const told = new Set<string>()
  for (const source of treeSources(root)) {
    for (const what of await secretsOf(source)) {
      told.add(source.text)
      found.push(`${what}: ${IN_TREE}`)
    }
  }
  for (const source of historySources(root)) {
    if (told.has(source.text)) continue
    for (const what of await secretsOf(source))
      found.push(`${what} in commit ${commitOf(root, source.object ?? '')}: ${IN_HISTORY}`)
  }
  return found
}

const secretsOf = async ({ path, text }: Source): Promise<string[]> => [
  ...(isSecretFile(path) ? [`${path} is a file for secrets`] : []),
  ...(await suspicionsIn(path, text)).map(({ line, kind }) => `${path}:${line} holds a ${kind}`),
]

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = process.argv[2] ?? fileURLToPath(new URL('../..', import.meta.url))
  const found = [...defaultedSecrets(variables), ...(await secretsIn(root))]
  for (const line of found) process.stderr.write(`${line}\n`)
  process.stdout.write(found.length === 0 ? 'no secret found\n' : `found: ${found.length}\n`)
  // The search leaves work behind for each of thousands of texts, which would keep the process busy for minutes.
  process.exit(found.length === 0 ? 0 : 1)
}
