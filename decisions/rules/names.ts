import { basename } from 'node:path'

const NOUN = 'a noun for what it holds'

/** Names that we gave up, each with the one in use. They are found as words of a name in code or of a file. */
const retired = new Map([
  ['aftermath', 'refusals'],
  ['compact-token', 'compactJws'],
  ['dialling', 'dialer'],
  ['drill', 'step'],
  ['drills', 'steps'],
  ['estate', 'fixture'],
  ['free-port', 'get-port'],
  ['front', 'proxy'],
  ['gathered', 'batched'],
  ['guarded-socket', 'protocolFilter'],
  ['held-lines', 'logger'],
  ['helper', NOUN],
  ['helpers', NOUN],
  ['impl', NOUN],
  ['key-document', 'jwkSetDocument'],
  ['manager', NOUN],
  ['once-only', 'idempotency'],
  ['parser-refusal', 'clientErrorHandler'],
  ['planned-anew', 'plannedForValues'],
  ['plant', 'mutant'],
  ['plants', 'mutants'],
  ['serving-state', 'availability'],
  ['shelf', 'listFixture'],
  ['siege', 'attack'],
  ['silence-ms', 'queryTimeoutMs'],
  ['trial', 'checkContext'],
  ['util', NOUN],
  ['utils', NOUN],
  ['waiting-line', 'queue'],
])

/** `startFront` and `START_FRONT` as `start-front`. */
const wordsOf = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .toLowerCase()

const pattern = new RegExp(`(?:^|-)(${[...retired.keys()].join('|')})(?=-|$)(?!-matter$)`)

const nameOf = (path: string): string => basename(path).replace(/\..*$/, '')

/** A sentence for every retired name in a file and in its path, with the file that is called by the one in use. */
export const retiredNames = (
  path: string,
  names: Iterable<string>,
  paths: Iterable<string>,
): string[] =>
  [nameOf(path), ...names].flatMap((name) => {
    const replacement = retired.get(pattern.exec(wordsOf(name))?.[1] ?? '')
    if (!replacement) return []
    const [place] = [...paths]
      .filter((it) => it !== path && nameOf(it) === wordsOf(replacement))
      .sort((one, two) => one.length - two.length)
    const where = place ? `, as in ${place}` : ''
    return `${path} says ${name}, a name that decisions/rules/names.ts retired: the one in use is ${replacement}${where}`
  })
