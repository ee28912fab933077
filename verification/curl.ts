import type { Exchange } from './exchange.ts'
import type { Settings } from './settings.ts'

/** The longest value that is shown whole. */
const VALUE_MAX = 200

/** A line that repeats a request by hand, with placeholders for whatever is secret. */
export const curlOf = (
  { method, wanted, sentHeaders, as }: Exchange,
  { target }: Settings,
): string => {
  const parts = ['curl -i --path-as-is']
  if (method === 'HEAD') parts.push('--head')
  else if (method !== 'GET') parts.push(`-X ${method}`)
  for (const [name, value] of sentHeaders)
    parts.push(`-H ${quoted(`${name}: ${shown(name, value, as)}`)}`)
  const body = wanted.json !== undefined ? JSON.stringify(wanted.json) : wanted.body?.toString()
  if (body !== undefined) parts.push(`--data-binary ${quoted(clipped(body))}`)
  return [...parts, quoted(`${target.origin}${clipped(wanted.path)}`)].join(' ')
}

const shown = (name: string, value: string, as: string): string => {
  if (name !== 'Authorization') return clipped(value)
  return as === 'A' || as === 'B' ? `Bearer $TOKEN_${as}` : '$FORGED_TOKEN'
}

const clipped = (text: string): string =>
  text.length > VALUE_MAX ? `${text.slice(0, VALUE_MAX)}…` : text

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`
