import type { Exchange, HttpResponse } from '../engine/http/exchange.ts'
import type { Settings } from '../engine/settings.ts'
import type { Finding } from '../engine/verdict.ts'
import { curlOf } from './curl.ts'
import { printable, wellFormed } from './formats/markup.ts'
import type { Redact } from './redact.ts'
import type { ReportedFinding } from './report.ts'
import { scriptOf } from './script.ts'

const BODY_MAX = 2_000
const VALUE_MAX = 300

/** Headers that say something about what went wrong; the rest is noise or the edge's. */
const relevant =
  /^(access-control-|allow$|cache-control|content-|date$|age$|etag|idempotency-|link$|location|retry-after|server$|strict-transport|vary|www-auth|x-content|x-frame|x-powered|x-railway-fallback|x-request-id)/

/** A finding as everybody may read it: without secrets, and no longer than a person wants. */
export const reportedFinding = (
  { verdict, expected, observed, exchange, story }: Finding,
  settings: Settings,
  redact: Redact,
): ReportedFinding => ({
  verdict,
  expected: clean(expected, redact, VALUE_MAX),
  observed: clean(observed, redact, VALUE_MAX),
  request: exchange
    ? {
        curl: story ? scriptOf(story, settings, redact) : curlOf(exchange, settings, redact),
        route: clean(routeOf(exchange), redact, VALUE_MAX),
        attempts: exchange.attempts,
        ms: Math.round(exchange.ms),
      }
    : null,
  response: exchange?.response ? responseOf(exchange.response, redact) : null,
})

/** Cut after redaction: half a secret would no longer be recognised. */
const clean = (text: string, redact: Redact, max: number): string => {
  const shown = printable(redact(text))
  return shown.length > max ? `${wellFormed(shown.slice(0, max))}…` : shown
}

const responseOf = (
  { status, headers, body, text }: HttpResponse,
  redact: Redact,
): ReportedFinding['response'] => ({
  status,
  headers: [...headers]
    .filter(([name]) => relevant.test(name) || name === 'set-cookie')
    .map(([name, values]) => [
      name,
      // The name of a cookie is evidence; its value belongs to somebody.
      name === 'set-cookie'
        ? values.map((value) => value.replace(/=[^;]*/, '=…')).join(', ')
        : clean(values.join(', '), redact, VALUE_MAX),
    ]),
  body: clean(text, redact, BODY_MAX),
  bytes: body.length,
})

/** Method and path with names in place of what differs from run to run. */
const routeOf = ({ method, request }: Exchange): string => {
  const path = (request.path.split('?')[0] ?? '')
    .replaceAll(/\/[0-9a-f]{8}-[0-9a-f-]{27}/gi, '/{id}')
    .replaceAll(/vrf-[0-9a-f]{10}[\w-]*/g, '{run}')
  return `${method} ${path}`
}
