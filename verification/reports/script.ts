import { type Exchange, headerOf, membersOf } from '../engine/http/exchange.ts'
import type { Settings } from '../engine/settings.ts'
import { curlOf } from './curl.ts'
import type { Redact } from './redact.ts'

/** A name of the shell for what was read off an answer, and how to read it off the one in `$R`. */
interface Variable {
  name: string
  value: string
  /** a whole value that might be part of others by chance */
  isWhole?: true
  read: string
}

/**
 * Lines that repeat a sequence of requests by hand. What earlier answers gave to later requests (ids, entity
 * tags, cursors) is read off anew, and what marks the texts of a run is another each time.
 */
export const scriptOf = (
  story: readonly (readonly Exchange[])[],
  settings: Settings,
  redact: Redact,
): string => {
  const known = new Map<string, Variable>()
  const token = canaryIn(story.flat())
  const lines: string[] = []
  if (token) {
    const [prefix] = /^vrf-\w+-/.exec(token) ?? []
    const variable = { name: 'W', value: token, read: '' }
    known.set(token, variable)
    lines.push(`W=${prefix}$(date +%s)`)
  }
  const lineOf = (exchange: Exchange) =>
    filledIn(curlOf(exchange, settings, marking(redact, [...known.values()])))
  for (const [index, turn] of story.entries()) {
    const later = story.slice(index + 1).flat()
    const [exchange, ...others] = turn
    const found = exchange && others.length === 0 ? variablesIn(exchange, known, later) : []
    const curls = turn.map(lineOf)
    for (const variable of found) known.set(variable.value, variable)
    lines.push(
      ...(found.length > 0
        ? [`R=$(${curls[0]?.replace('curl -i', 'curl -si')} | tr -d '\\r'); printf '%s\\n' "$R"`]
        : curls.map((line) => (curls.length > 1 ? `${line} &` : line))),
      ...(curls.length > 1 ? ['wait'] : []),
      ...found.map(({ name, read }) => `${name}=$(printf '%s\\n' "$R" | ${read})`),
    )
  }
  return lines.join('\n')
}

const canaryIn = (exchanges: readonly Exchange[]): string | undefined =>
  /vrf-[0-9a-f]{10}-[0-9a-f]{18}/.exec(exchanges.map(sentIn).join('\n'))?.[0]

/** Everything of a request that a variable may stand in. */
const sentIn = ({ request, sentHeaders }: Exchange): string =>
  [request.path, JSON.stringify(request.json), ...sentHeaders.map(([, value]) => value)].join('\n')

/** What a later request takes from this answer, under names counted by kind. */
const variablesIn = (
  exchange: Exchange,
  known: ReadonlyMap<string, Variable>,
  later: readonly Exchange[],
): Variable[] => {
  const sent = later.map(sentIn).join('\n')
  const isDue = ({ value, isWhole }: Variable) =>
    value !== '' &&
    (isWhole ? sent.split('\n').includes(value) : sent.includes(value)) &&
    known.get(value) === undefined
  return candidates(exchange)
    .filter(isDue)
    .map((variable) => {
      const kind = [...known.values()].filter(({ name }) => name.startsWith(variable.name))
      return { ...variable, name: `${variable.name}${kind.length + 1}` }
    })
}

const candidates = (exchange: Exchange): Variable[] => {
  const { id = '' } = membersOf<{ id: string }>(exchange)
  const etag = headerOf(exchange.response, 'etag') ?? ''
  const link = headerOf(exchange.response, 'link') ?? ''
  const cursor = /[?&]cursor=([^&>]*)/.exec(link)?.[1] ?? ''
  return [
    { name: 'T', value: id, read: `sed -n 's/.*"id" *: *"\\([^"]*\\)".*/\\1/p'` },
    { name: 'E', value: etag, isWhole: true, read: `sed -n 's/^[Ee][Tt]ag: *//p'` },
    { name: 'C', value: cursor, read: `sed -n 's/.*[?&]cursor=\\([^&>]*\\).*/\\1/p'` },
  ]
}

/** A mark of private characters for each value, so that no value is cut in two; curlOf puts all of it in single quotes. */
const marking =
  (redact: Redact, variables: readonly Variable[]): Redact =>
  (text) =>
    variables.reduce(
      (shown, { name, value, isWhole }) =>
        isWhole
          ? shown === value
            ? `\ue000${name}\ue001`
            : shown
          : shown.replaceAll(value, `\ue000${name}\ue001`),
      redact(text),
    )

const filledIn = (line: string): string =>
  line.replaceAll(/\ue000(\w+)\ue001/g, (_, name: string) => `'"$${name}"'`)
