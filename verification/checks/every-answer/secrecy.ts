import type { PassiveCheck, Traffic } from '../../engine/check.ts'
import type { TaskJson } from '../../engine/check-context.ts'
import { type Exchange, membersOf } from '../../engine/http/exchange.ts'
import { tasksIn } from '../tasks.ts'
import { everyExchange } from './every-exchange.ts'

/** Traces of the inside: stack frames, SQL, drivers, connection strings, variables, keys. */
const leaks: readonly RegExp[] = [
  /\bat .+\(.+:\d+:\d+\)/,
  /Traceback|node_modules\/|file:\/\/\/|\/app\/|\/usr\/src\//,
  // More of a sentence than a person would say of JSON or of a rule.
  /syntax error at or near|relation "|SQLSTATE|duplicate key value|violates .{0,30}(constraint|policy)/i,
  /invalid input syntax|ERROR: {2}/i,
  // Three letters come by chance in ids and tags of edges and applications: a word alone tells.
  /ECONNREFUSED|ENOTFOUND|ETIMEDOUT|PostgresError|asyncpg|psycopg|\bpgx(pool|conn)?\b|CONNECTION_CLOSED/,
  /postgres(ql)?:\/\/|neon\.tech|:5432\b/,
  /\b(10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|172\.(1[6-9]|2\d|3[01])\.\d+\.\d+|100\.64\.\d+\.\d+)\b/,
  /JWT_SECRET|DATABASE_URL|BETTER_AUTH_SECRET|NODE_ENV/,
  /-----BEGIN /,
  /eyJ[\w-]{10,}\.[\w-]+\.[\w-]*/,
]

/** A cursor is opaque (contract §3), and may well be a signed token of its own. */
const CURSOR = /([?&]cursor=)[^&>\s]*/g

/** Without what tasks hold that nobody of this suite wrote: their owner may write what looks like anything. */
const bodyOf = (exchange: Exchange): string => {
  const tasks = tasksIn(exchange)
  const isOurs = (task: unknown) => `${(Object(task) as TaskJson).title}`.includes('vrf-')
  return tasks.every(isOurs)
    ? `${exchange.response?.text}`
    : JSON.stringify({
        ...membersOf(exchange),
        tasks: tasks.map((it) =>
          isOurs(it) ? it : { ...it, title: '', description: null, tags: [] },
        ),
      })
}

const leakIn = (exchange: Exchange): string | undefined => {
  const { response, request } = exchange
  const { path, json = '', body = '', headers = [] } = request
  if (path.startsWith('/docs') || path.startsWith('/openapi.json')) return undefined
  const sent = `${path} ${JSON.stringify(json)} ${body} ${JSON.stringify(headers)}`
  const said = `${response?.rawHeaders.replaceAll(CURSOR, '$1')}\n${bodyOf(exchange)}`
  for (const leak of leaks) {
    const [hit] = leak.exec(said) ?? []
    // What a task holds comes back by right; the owner sees only what was sent or stored on purpose.
    if (hit && !sent.includes(hit))
      return `something that looks like the inside: ${leak.source.slice(0, 40)}`
  }
  return undefined
}

const foreignCanaryIn = (
  { response, as, request }: Exchange,
  { canaries }: Traffic,
): string | undefined => {
  const foreign = canaries.find(({ owner, text }) => owner !== as && response?.text.includes(text))
  if (!foreign || JSON.stringify(request).includes(foreign.text)) return undefined
  return `what only ${foreign.owner} may see was sent to ${as}`
}

const credentialsIn = ({ response, sentHeaders }: Exchange): string | undefined => {
  const [, value] = sentHeaders.find(([name]) => name === 'Authorization') ?? []
  const sent = value?.split(' ').at(-1)
  const said = `${response?.rawHeaders}\n${response?.text}`
  const parts = sent?.split('.') ?? []
  // How a token begins any other token may begin that the same library made, a cursor for one.
  const pieces = (parts.length > 2 ? parts.slice(1) : parts).filter((piece) => piece.length > 20)
  return pieces.some((piece) => said.includes(piece)) ? 'the token is in the answer' : undefined
}

/** What no answer may hold. */
export const secrecy: readonly PassiveCheck[] = [
  everyExchange({
    id: 'G-03',
    promise: 'shows nothing of its inside in any answer',
    severity: 'high',
    requirements: ['SC-002', 'FR-006'],
    record: 'ADR-0011',
    fix: 'answer errors from a closed list and never with the text of an exception',
    expected: 'nothing of the inside in any answer',
    flaw: leakIn,
  }),
  everyExchange({
    id: 'G-06',
    promise: 'never shows one user what another wrote',
    severity: 'critical',
    requirements: ['US2'],
    record: 'ADR-0009',
    fix: 'let no query reach a row without its owner',
    expected: 'what one user wrote reaches no other',
    flaw: foreignCanaryIn,
  }),
  everyExchange({
    id: 'G-07',
    promise: 'never sends credentials back',
    severity: 'medium',
    requirements: ['SC-002'],
    record: 'ADR-0011',
    fix: 'keep what the caller sent out of error texts',
    expected: 'no credentials come back',
    flaw: credentialsIn,
  }),
]
