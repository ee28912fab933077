/** A decision record as its file tells it (MADR, minimal, with the requirements and the proofs added). */
export interface DecisionRecord {
  /** name of the file in `decisions/` */
  file: string
  /** four digits, the beginning of the file's name */
  number: string
  title: string
  /** `proposed`, `accepted` or `superseded by NNNN` */
  status: string
  date: string
  /** ids from `decisions/requirements.md` */
  requirements: readonly string[]
  /** tests and live checks that fail when the decision stops being true, by path from the root */
  confirmedBy: readonly string[]
  /** operations of the HTTP contract that it explains, by id */
  endpoints: readonly string[]
  /** environment variables that it explains */
  variables: readonly string[]
  /** numbers of the records that this one replaces */
  supersedes: readonly string[]
  /** bodies of the sections by their headings, of any level */
  sections: ReadonlyMap<string, string>
  lines: number
}

const known = [
  'status',
  'date',
  'requirements',
  'confirmed-by',
  'endpoints',
  'variables',
  'supersedes',
] as const
type Key = (typeof known)[number]

/** @throws Error that names the file and what in it cannot be read */
export const parseRecord = (file: string, text: string): DecisionRecord => {
  const [, head, body] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? []
  if (head === undefined || body === undefined) throw new Error(`${file} has no front matter`)
  const members = frontMatter(file, head)
  const title = /^# (.+)$/m.exec(body)?.[1]
  if (title === undefined) throw new Error(`${file} has no title`)
  return {
    file,
    number: file.slice(0, 4),
    title,
    status: members.get('status') ?? '',
    date: members.get('date') ?? '',
    requirements: listIn(members.get('requirements')),
    confirmedBy: listIn(members.get('confirmed-by')),
    endpoints: listIn(members.get('endpoints')),
    variables: listIn(members.get('variables')),
    supersedes: listIn(members.get('supersedes')),
    sections: sectionsOf(body),
    lines: text.trimEnd().split('\n').length,
  }
}

/** One `name: value` a line, which is all of YAML that a record needs. */
const frontMatter = (file: string, head: string): Map<Key, string> => {
  const members = new Map<Key, string>()
  for (const line of head.split('\n')) {
    const [, name, value = ''] = /^([a-z-]+): (.+)$/.exec(line) ?? []
    const key = known.find((it) => it === name)
    if (key === undefined || members.has(key)) throw new Error(`${file} cannot be read at: ${line}`)
    members.set(key, value.trim())
  }
  return members
}

const listIn = (value = ''): string[] =>
  value
    .replace(/^\[(.*)\]$/, '$1')
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)

const sectionsOf = (body: string): Map<string, string> => {
  const parts = body.split(/^#{2,6} (.+)$/m).slice(1)
  const sections = new Map<string, string>()
  for (let at = 0; at < parts.length; at += 2) sections.set(parts[at] ?? '', parts[at + 1] ?? '')
  return sections
}
