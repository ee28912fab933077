import * as claims from './claims.ts'
import { brokenLinks } from './links.ts'
import { isCheckId, ofEach, type Rule } from './rule.ts'

const LINES_MIN = 25
const LINES_MAX = 45

export const slugOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/['’]/g, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')

const contiguousNumbers: Rule = ({ records }) =>
  records
    .map(({ file }, index) => ({ file, expected: String(index + 1).padStart(4, '0') }))
    .filter(({ file, expected }) => !file.startsWith(`${expected}-`))
    .map(({ file, expected }) => `${file} stands where ${expected} should`)

const legalStatus = ofEach(({ status }) =>
  /^(proposed|accepted|superseded by \d{4})$/.test(status) ? [] : 'has no legal status',
)

const calendarDate = ofEach(({ date }) =>
  /^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(Date.parse(date)) ? [] : 'has no date',
)

const nameOfTitle = ofEach(({ file, number, title }) => {
  const expected = `${number}-${slugOf(title)}.md`
  return file === expected ? [] : `should be called ${expected}`
})

const headings = [
  'Context and Problem',
  'Considered Options',
  'Decision Outcome',
  'Consequences',
  'Confirmation',
]

const sectionsPresent = ofEach(({ sections }) => {
  const written = [...sections.keys()]
  return written.join() === headings.join()
    ? []
    : `has the sections ${written.join(', ')} and not ${headings.join(', ')}`
})

const realChoice = ofEach(({ sections }) => [
  ...((sections.get('Considered Options')?.match(/^- /gm)?.length ?? 0) < 2
    ? ['considers fewer than two options']
    : []),
  ...['Good', 'Bad']
    .filter((kind) => !sections.get('Consequences')?.includes(`- ${kind}, because `))
    .map((kind) => `names nothing that is ${kind.toLowerCase()}`),
])

const moderateLength = ofEach(({ lines }) =>
  lines >= LINES_MIN && lines <= LINES_MAX
    ? []
    : `has ${lines} lines, not ${LINES_MIN} to ${LINES_MAX}`,
)

/** A reversal leaves both records standing, each naming the other. */
const mutualSupersession = ofEach(({ number, status, supersedes }, { records }) => {
  const successor = /^superseded by (\d{4})$/.exec(status)?.[1]
  const find = (wanted: string) => records.find((record) => record.number === wanted)
  return [
    ...(successor && !find(successor)?.supersedes.includes(number)
      ? [`is superseded by ${successor}, which does not say so`]
      : []),
    ...supersedes
      .filter((old) => find(old)?.status !== `superseded by ${number}`)
      .map((old) => `supersedes ${old}, which does not say so`),
  ]
})

/** Only what runs and can fail confirms anything: a test, a live check by id, the live checks of a group by its file. */
const confirmed = ofEach(({ confirmedBy }, { exists, checks }) => {
  const isProof = (it: string) =>
    /\.(test|spec|contract)\.ts$/.test(it) ||
    isCheckId(it) ||
    checks.some(({ file }) => file === it)
  const isThere = (it: string) => (isCheckId(it) ? checks.some(({ id }) => id === it) : exists(it))
  return [
    ...(confirmedBy.length === 0 ? ['is confirmed by nothing: name what fails without it'] : []),
    ...confirmedBy.flatMap((it) => {
      if (!isProof(it)) return `is confirmed by ${it}, no test or check: name one that fails`
      return isThere(it) ? [] : `is confirmed by ${it}, which is not there: name what proves it now`
    }),
  ]
})

const existingCitations: Rule = ({ records, sources }) => {
  const numbers = new Set(records.map(({ number }) => number))
  return [...sources].flatMap(([path, text]) =>
    [...new Set([...text.matchAll(/\bADR-(\d+)/g)].map(([, number = '']) => number))]
      .filter((number) => !numbers.has(number))
      .map(
        (number) => `${path} cites record ${number}, which is not there: cite another or write it`,
      ),
  )
}

const resolvingLinks: Rule = ({ documents, exists }) => brokenLinks(documents, exists)

const currentIndex: Rule = ({ index }) =>
  index.written === index.made ? [] : ['decisions/README.md is stale: run `npm run audit`']

export const rules: Readonly<Record<string, Rule>> = {
  contiguousNumbers,
  legalStatus,
  calendarDate,
  nameOfTitle,
  sectionsPresent,
  realChoice,
  moderateLength,
  mutualSupersession,
  confirmed,
  existingCitations,
  resolvingLinks,
  currentIndex,
  ...claims,
}
