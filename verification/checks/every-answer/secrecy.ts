import type { PassiveCheck, Traffic } from '../../engine/check.ts'
import type { Exchange } from '../../engine/http/exchange.ts'
import { everyExchange } from './every-exchange.ts'

/** Traces of the inside: stack frames, SQL, drivers, connection strings, variables, keys. */
const leaks: readonly RegExp[] = [
  /\bat .+\(.+:\d+:\d+\)/,
  /Traceback|node_modules\/|file:\/\/\/|\/app\/|\/usr\/src\//,
  /syntax error at|relation "|SQLSTATE|duplicate key|violates |invalid input syntax|ERROR: {2}/i,
  /ECONNREFUSED|ENOTFOUND|ETIMEDOUT|PostgresError|asyncpg|psycopg|pgx|CONNECTION_CLOSED/,
  /postgres(ql)?:\/\/|neon\.tech|:5432\b/,
  /\b(10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|172\.(1[6-9]|2\d|3[01])\.\d+\.\d+|100\.64\.\d+\.\d+)\b/,
  /JWT_SECRET|DATABASE_URL|BETTER_AUTH_SECRET|NODE_ENV/,
  /-----BEGIN /,
  /eyJ[\w-]{10,}\.[\w-]+\.[\w-]*/,
]

const leakIn = ({ response, request }: Exchange): string | undefined => {
  const { path, json = '', body = '', headers = [] } = request
  if (path.startsWith('/docs') || path.startsWith('/openapi.json')) return undefined
  const sent = `${path} ${JSON.stringify(json)} ${body} ${JSON.stringify(headers)}`
  for (const leak of leaks) {
    const [hit] = leak.exec(`${response?.rawHeaders}\n${response?.text}`) ?? []
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
  const pieces = sent?.split('.').filter((piece) => piece.length > 20) ?? []
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
