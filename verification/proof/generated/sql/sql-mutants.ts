import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'
import { root } from '../../../../bootstrap/system/build.ts'
import { type GeneratedMutant, wording } from '../generated-mutant.ts'
import { operators } from './operators.ts'

/** Where the statements of the service lie, and the functions that its database runs. */
const STATEMENTS = 'adapters/postgres/tasks'
const MIGRATIONS = 'adapters/postgres/migrations'

export interface SqlMutant extends GeneratedMutant {
  /** the whole file with the mutant in it */
  source: string
}

/** Every mutant of the statements and of the functions of the database. */
export const sqlMutants = (): SqlMutant[] => [
  ...filesIn(STATEMENTS, /(?<!\.test)\.ts$/, textsIn),
  ...filesIn(MIGRATIONS, /\.sql$/, bodiesIn),
]

type Span = readonly [start: number, end: number]

const filesIn = (
  folder: string,
  fitting: RegExp,
  spansIn: (source: string) => readonly Span[],
): SqlMutant[] =>
  readdirSync(join(root, folder))
    .filter((name) => fitting.test(name))
    .flatMap((name) => {
      const source = readFileSync(join(root, folder, name), 'utf8')
      return spansIn(source).flatMap((span) => mutantsIn(join(folder, name), source, span))
    })

const mutantsIn = (file: string, source: string, [start, end]: Span): SqlMutant[] => {
  const text = source.slice(start, end)
  const isComment = ({ index }: { index: number }) => /--.*$/.test(text.slice(0, index))
  return operators.flatMap(([operator, pattern, by]) =>
    [...text.matchAll(pattern)]
      .filter((match) => !isComment(match))
      .map((match): SqlMutant => {
        const from = start + match.index
        const to = from + match[0].length
        // Of the whole rest, since a pattern may look ahead.
        const rest = source.slice(from, end)
        const replaced = rest.replace(new RegExp(pattern, ''), by)
        const replacement = replaced.slice(0, replaced.length - (end - to))
        const place = { start: placeOf(source, from), end: placeOf(source, to) }
        return {
          id: `${file}:${from}:${operator}:${replacement}`,
          file,
          line: place.start.line + 1,
          operator,
          ...wording(source, place, replacement),
          source: source.slice(0, from) + replacement + source.slice(to),
        }
      }),
  )
}

const placeOf = (source: string, offset: number) => {
  const before = source.slice(0, offset).split('\n')
  return { line: before.length - 1, column: before.at(-1)?.length ?? 0 }
}

/** The texts in a program: what its templates and strings hold. */
const textsIn = (source: string): Span[] => {
  const spans: Span[] = []
  const take = (text: string, from: number) => {
    const start = source.indexOf(text, from)
    spans.push([start, start + text.length])
  }
  new Visitor({
    TemplateElement: ({ value, start }) => take(value.raw, start),
    Literal: ({ value, start }) => void (typeof value === 'string' && take(value, start)),
  }).visit(parseSync('source.ts', source).program)
  return spans
}

/** The functions and triggers of a migration; what else it makes holds data and shows no behaviour of its own. */
const bodiesIn = (source: string): Span[] =>
  [...source.matchAll(/^create function[\s\S]*?\$\$;$|^create trigger[\s\S]*?;$/gm)].map(
    ({ index, 0: text }): Span => [index, index + text.length],
  )
