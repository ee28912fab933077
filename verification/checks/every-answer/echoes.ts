import type { PassiveCheck } from '../../engine/check.ts'
import { type Exchange, headerOf } from '../../engine/http/exchange.ts'
import { everyApplicationExchange } from './every-exchange.ts'

/** What this suite writes wherever a caller can write something. */
const CANARY = /vrf-[0-9a-f]{10}-[0-9a-f]{18}/
const VALID_ID = /^[A-Za-z0-9._-]{1,64}$/

/** How parsers and validators speak to programmers (V8, Python, Go, Rust; Ajv, Zod, Pydantic, Joi). */
const machinery: readonly RegExp[] = [
  /unexpected (token|end of (JSON|data|input)|non-whitespace|character \()|(at|in JSON at) position \d+/i,
  /expecting (value|property name|',' delimiter)|extra data: |invalid control character at/i,
  /invalid character .+ (looking for|after)|cannot unmarshal|expected value at line/i,
  /must match (pattern|format) "|must NOT have|should match pattern|instancePath|schemaPath/,
  /"?(body|params|querystring|headers)"?[/.]\S* must |data\/\w+ must /,
  /expected \w+, received \w+|invalid (enum value|literal value|input: expected)|ZodError|\bFST_ERR/i,
  /\[type=\w+|errors\.pydantic\.dev|value_error|unable to parse string as/i,
  /codec can't decode|invalid (start|continuation) byte|URI malformed/i,
  // jose, jsonwebtoken, PyJWT, golang-jwt: their classes and what they alone say.
  /\bJW[A-Z]{1,3}(?:[A-Z][a-z]+){1,}|\bjwt (expired|malformed|not active|\w+ invalid)|claim timestamp check/,
  /\b(JsonWebToken|TokenExpired|InvalidSignature|ExpiredSignature|InvalidAudience)Error\b/,
  // Where in a source somebody stood.
  /\b[\w./-]+\.(go|[cm]?[jt]s|py|rb|rs|java|cs|php|ex):\d+/,
  /invalid character looking for|not enough segments|unexpected "\w+" claim value|token is unverifiable/i,
  /\b(Syntax|Type|Range|URI|Validation|Decode|JSONDecode|Value)Error\b/,
]

const isRefusal = ({ response }: Exchange): boolean => (response?.status ?? 0) >= 400

/** The answer without the one thing of the caller's that belongs into it: a request id that is one. */
const saidIn = ({ response, sentHeaders }: Exchange): string => {
  const told = sentHeaders.find(([name]) => name.toLowerCase() === 'x-request-id')?.[1]
  const said = `${response?.rawHeaders}\n${response?.text}`
  const kept = headerOf(response, 'x-request-id')
  return told !== undefined && told === kept && VALID_ID.test(told)
    ? said.replaceAll(told, '')
    : said
}

const wordsOf = ({ response }: Exchange): string => {
  const { title, detail, errors } = Object(response?.json) as Record<string, unknown>
  return JSON.stringify([title, detail, errors])
}

const echoIn = (exchange: Exchange): string | undefined => {
  if (!isRefusal(exchange)) return undefined
  if (CANARY.test(saidIn(exchange))) return 'text that the caller sent comes back'
  const { method, response } = exchange
  return response?.status === 405 && new RegExp(`\\b${method}\\b`).test(wordsOf(exchange))
    ? 'the method that was sent comes back in words'
    : undefined
}

const talkIn = (exchange: Exchange): string | undefined => {
  if (!isRefusal(exchange)) return undefined
  const words = wordsOf(exchange).replaceAll('\\"', '"')
  const [talk] = machinery.flatMap((it) => it.exec(words)?.[0] ?? [])
  return talk && `text of a parser or a validator: ${talk}`
}

/** What refusals are worded with: sentences of their own. */
export const echoes: readonly PassiveCheck[] = [
  everyApplicationExchange({
    id: 'G-21',
    promise: 'repeats in no refusal what the caller sent',
    severity: 'medium',
    requirements: ['SC-002', 'US1'],
    record: 'ADR-0016',
    fix: 'word refusals from a closed list; name members and parameters of the contract alone',
    expected: 'a refusal without a word of the request',
    flaw: echoIn,
  }),
  everyApplicationExchange({
    id: 'G-22',
    promise: 'lets no parser and no validator speak in its refusals',
    severity: 'medium',
    requirements: ['SC-002', 'US1'],
    record: 'ADR-0016',
    fix: 'catch what libraries throw and answer with sentences of your own',
    expected: 'a sentence for a person',
    flaw: talkIn,
  }),
]
