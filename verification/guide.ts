import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Need } from './engine/check.ts'
import { CONCURRENCY, REQUESTS_MAX } from './engine/http/transport.ts'
import { missingFor } from './engine/needs.ts'
import { artefacts, REPORT_FOLDER } from './reports/formats/write.ts'
import { exitCodes } from './reports/outcome.ts'

/** The page for whoever verifies a server, and what of it is made from the code. */
export const guide = new URL('README.md', import.meta.url)

const needs: readonly Need[] = ['keys', 'users', 'tls', 'frontend', 'release']
const bare = {
  target: new URL('http://localhost'),
  origins: [],
  level: 'keys' as const,
  waived: new Set<string>(),
  seed: 0,
  patience: 1,
}

const unrun = needs.flatMap((need) => {
  const missing = missingFor(need, bare)
  return missing ? [[missing.reason, missing.waived ? 'yes' : 'no']] : []
})

const table = (...rows: readonly (readonly string[])[]): string =>
  rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const parts: Readonly<Record<string, string>> = {
  limits: `It sends at most ${REQUESTS_MAX.toLocaleString('en')} requests, ${CONCURRENCY} at a time.`,
  'exit-codes': table(
    ['exit code', 'meaning'],
    ['---:', '---'],
    ...Object.values(exitCodes).map(({ code, meaning }) => [String(code), meaning]),
  ),
  files: table(
    ['file', 'what it is'],
    ['---', '---'],
    ...Object.entries(artefacts).map(([name, what]) => [`\`${REPORT_FOLDER}/${name}\``, what]),
  ),
  unrun: table(['not run, because', 'can the run be green?'], ['---', '---'], ...unrun),
}

/** A page with its parts made anew. @throws Error where it lacks the markers of one */
export const withParts = (page: string): string =>
  Object.entries(parts).reduce((text, [name, part]) => {
    const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`]
    const [before, rest = '', ...more] = text.split(begin)
    const after = rest.split(end)[1]
    if (after === undefined || more.length > 0) throw new Error(`${begin} … ${end} once each`)
    return `${before}${begin}\n${part}\n${end}${after}`
  }, page)

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(guide, withParts(readFileSync(guide, 'utf8')))
