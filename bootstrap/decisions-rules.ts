import { brokenLinks } from './decisions-links.ts'
import type { DecisionRecord } from './decisions-record.ts'

/** All that the rules look at. Paths are relative to the root. */
export interface Records {
  records: readonly DecisionRecord[]
  /** ids in `decisions/requirements.md` */
  requirements: readonly string[]
  /** TypeScript by path, for the citations in it */
  sources: ReadonlyMap<string, string>
  /** Markdown by path, for the links in it */
  documents: ReadonlyMap<string, string>
  /** `decisions/README.md` as it is, and as it would be made now */
  index: { written: string; made: string }
  exists(path: string): boolean
}

/** Returns a sentence for everything that breaks it. */
export type Rule = (house: Records) => string[]

const LINES_MIN = 25
const LINES_MAX = 60

const ofEach =
  (problem: (record: DecisionRecord, house: Records) => string | string[] | undefined): Rule =>
  (house) =>
    house.records.flatMap((record) =>
      [problem(record, house) ?? []].flat().map((text) => `${record.file} ${text}`),
    )

export const slugOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/['’]/g, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')

export const contiguousNumbers: Rule = ({ records }) =>
  records
    .map(({ file }, index) => ({ file, expected: String(index + 1).padStart(4, '0') }))
    .filter(({ file, expected }) => !file.startsWith(`${expected}-`))
    .map(({ file, expected }) => `${file} stands where ${expected} should`)

export const legalStatus = ofEach(({ status }) =>
  /^(proposed|accepted|superseded by \d{4})$/.test(status) ? undefined : 'has no legal status',
)

export const calendarDate = ofEach(({ date }) =>
  /^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(Date.parse(date)) ? undefined : 'has no date',
)

export const nameOfTitle = ofEach(({ file, number, title }) => {
  const expected = `${number}-${slugOf(title)}.md`
  return file === expected ? undefined : `should be called ${expected}`
})

const headings = [
  'Context and Problem',
  'Considered Options',
  'Decision Outcome',
  'Consequences',
  'Confirmation',
]

export const sectionsPresent = ofEach(({ sections }) => {
  const written = [...sections.keys()]
  return written.join() === headings.join()
    ? undefined
    : `has the sections ${written.join(', ')} and not ${headings.join(', ')}`
})

export const realChoice = ofEach(({ sections }) => [
  ...((sections.get('Considered Options')?.match(/^- /gm)?.length ?? 0) < 2
    ? ['considers fewer than two options']
    : []),
  ...['Good', 'Bad']
    .filter((kind) => !sections.get('Consequences')?.includes(`- ${kind}, because `))
    .map((kind) => `names nothing that is ${kind.toLowerCase()}`),
])

export const moderateLength = ofEach(({ lines }) =>
  lines >= LINES_MIN && lines <= LINES_MAX
    ? undefined
    : `has ${lines} lines, not ${LINES_MIN} to ${LINES_MAX}`,
)

/** A reversal leaves both records standing, each naming the other. */
export const mutualSupersession = ofEach(({ number, status, supersedes }, { records }) => {
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

/** Only what runs and can fail confirms anything. */
const proof = /\.(test|contract)\.ts$|^verification\/checks\/[a-z-]+\.ts$/

export const confirmed = ofEach(({ confirmedBy }, { exists }) => [
  ...(confirmedBy.length === 0 ? ['is confirmed by nothing'] : []),
  ...confirmedBy
    .filter((path) => !proof.test(path))
    .map((path) => `is confirmed by ${path}, no test or check`),
  ...confirmedBy
    .filter((path) => proof.test(path) && !exists(path))
    .map((path) => `is confirmed by ${path}, which is not there`),
])

export const knownRequirements = ofEach(({ requirements: claimed }, { requirements }) => [
  ...(claimed.length === 0 ? ['answers no requirement'] : []),
  ...claimed.filter((id) => !requirements.includes(id)).map((id) => `claims ${id}, which is none`),
])

export const claimedRequirements: Rule = ({ records, requirements }) => {
  const claimed = new Set(records.flatMap((record) => record.requirements))
  return requirements.filter((id) => !claimed.has(id)).map((id) => `${id} is claimed by no record`)
}

export const existingCitations: Rule = ({ records, sources }) => {
  const numbers = new Set(records.map(({ number }) => number))
  return [...sources].flatMap(([path, text]) =>
    [...new Set([...text.matchAll(/\bADR-(\d+)/g)].map(([, number = '']) => number))]
      .filter((number) => !numbers.has(number))
      .map((number) => `${path} cites record ${number}, which is not there`),
  )
}

export const resolvingLinks: Rule = ({ documents, exists }) => brokenLinks(documents, exists)

export const currentIndex: Rule = ({ index }) =>
  index.written === index.made ? [] : ['decisions/README.md is stale: run bootstrap/decisions.ts']

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
  knownRequirements,
  claimedRequirements,
  existingCitations,
  resolvingLinks,
  currentIndex,
}
