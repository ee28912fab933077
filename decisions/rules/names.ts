import { basename } from 'node:path'

/** Names that we gave up for the field's, each with the one in use. They are found as words of a name in code or of a file. */
const retired = new Map([
  ['dialling', 'dialer'],
  ['front', 'proxy'],
  ['gathered', 'batched'],
  ['guarded-socket', 'protocol filter'],
  ['once-only', 'idempotency'],
  ['plant', 'mutant'],
  ['plants', 'mutants'],
  ['serving-state', 'availability'],
  ['silence-ms', 'queryTimeoutMs'],
  ['trial', 'check context'],
  ['waiting-line', 'queue'],
])

/** `startFront` and `START_FRONT` as `start-front`. */
const wordsOf = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .toLowerCase()

const pattern = new RegExp(`(?:^|-)(${[...retired.keys()].join('|')})(?=-|$)(?!-matter$)`)

/** The name to take instead of a retired one; undefined where the name may stay. */
const replacementOf = (name: string): string | undefined =>
  retired.get(pattern.exec(wordsOf(name))?.[1] ?? '')

/** A sentence for every retired name in a file and in its path. */
export const retiredNames = (path: string, names: Iterable<string>): string[] =>
  [basename(path).replace(/\..*$/, ''), ...names].flatMap((name) => {
    const replacement = replacementOf(name)
    return replacement ? `${path} says ${name}: the name in use is ${replacement}` : []
  })
