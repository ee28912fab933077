import type { Exchange, HttpRequest } from '../engine/http/exchange.ts'
import type { Settings } from '../engine/settings.ts'
import { wellFormed } from './formats/markup.ts'
import { type Redact, redactor, secretsOf } from './redact.ts'

/** The longest value that is shown whole. */
const VALUE_MAX = 200
/** Credentials with more than this in one piece may be somebody's. */
const HARMLESS = /^(?![\s\S]*[\w.+/=-]{33})/

/** A line that repeats a request by hand, with placeholders for whatever is secret. */
export const curlOf = (
  { method, request, sentHeaders, as }: Exchange,
  settings: Settings,
  redact: Redact = redactor(secretsOf(settings)),
): string => {
  // Redacted before it is cut: half a token would not be recognised.
  const shown = (text: string) => quoted(clipped(redact(text)))
  const parts = ['curl -i -g --path-as-is']
  if (method === 'HEAD') parts.push('--head')
  else if (method !== 'GET' || hasBody(request)) parts.push(`-X ${method}`)
  for (const [name, value] of sentHeaders)
    parts.push(
      `-H ${headerIn(name, name.toLowerCase() === 'authorization' ? credentials(value, as, redact) : clipped(redact(value)))}`,
    )
  if (hasBody(request)) {
    // curl would add a type of its own; a name without a value keeps it from doing so.
    if (!sentHeaders.some(([name]) => name.toLowerCase() === 'content-type'))
      parts.push(`-H 'Content-Type:'`)
    parts.push(`--data-binary ${bodyIn(request, shown)}`)
  }
  return [...parts, shown(`${settings.target.origin}${request.path}`)].join(' ')
}

const hasBody = ({ json, body }: HttpRequest): boolean => json !== undefined || body !== undefined

/** Double quotes let the shell put the token in; everything else it must leave alone. */
const headerIn = (name: string, value: string): string => {
  const text = `${name}: ${value}`
  return /\$(TOKEN_[AB]|FORGED_TOKEN)/.test(text) && !/[`"\\!]/.test(text)
    ? `"${text}"`
    : quoted(text)
}

const credentials = (value: string, as: string, redact: Redact): string => {
  if (as === 'A' || as === 'B') return `${/^\w+/.exec(value)?.[0] ?? 'Bearer'} $TOKEN_${as}`
  const shown = redact(value)
  return HARMLESS.test(shown) ? shown : '$FORGED_TOKEN'
}

const bodyIn = ({ json, body }: HttpRequest, shown: (text: string) => string): string => {
  if (json !== undefined) return shown(JSON.stringify(json))
  const bytes = Buffer.from(body ?? '')
  const text = bytes.toString('utf8')
  if (Buffer.from(text).equals(bytes) && !text.includes('\0')) return shown(text)
  // What is no text goes through base64: a shell cannot hold it.
  return bytes.length <= VALUE_MAX
    ? `@<(base64 -d <<< ${bytes.toString('base64')})`
    : `'(${bytes.length} bytes that are no text)'`
}

const clipped = (text: string): string =>
  text.length > VALUE_MAX
    ? `${wellFormed(text.slice(0, VALUE_MAX))}… (${text.length} characters)`
    : text

/** Everything as it is, but for the names that the shell is to fill in. */
const quoted = (text: string): string =>
  `'${text.replaceAll("'", String.raw`'\''`)}'`.replaceAll(
    /\$(?:TOKEN_[AB]|FORGED_TOKEN)/g,
    (name) => `'"${name}"'`,
  )
