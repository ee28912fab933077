import type { TSchema } from 'typebox'
import type { Violation } from '../../../domain/fault.ts'
import { HttpProblem } from '../http-problem.ts'

/**
 * The known parameters of a raw query, each as the type that its schema names, or as the text that was sent
 * where that is no such thing (which the schema then refuses). Unknown names are ignored, all of them where
 * there is no schema, but not how they are spelt. A list may be spelt by commas and by repetition both.
 * @throws HttpProblem `malformed_request` on bad percent-encoding
 */
export const parseQuery = (schema: TSchema | undefined, raw: string): ParsedQuery => {
  const sent = new Map<string, string[]>()
  for (const pair of raw.split('&').filter(Boolean)) {
    const [name = '', ...value] = pair.split('=')
    const key = decode(name)
    const text = decode(value.join('='))
    const others = sent.get(key)
    if (others) others.push(text)
    else sent.set(key, [text])
  }
  const values: Record<string, unknown> = {}
  const violations: Violation[] = []
  const known = Object.entries((schema as ObjectSchema | undefined)?.properties ?? {})
  for (const [name, parameter] of known) {
    const [first, ...more] = sent.get(name) ?? []
    if (first === undefined) continue
    if (parameter.type === 'array')
      values[name] = [first, ...more].flatMap((it) => (parameter.explode ? it : it.split(',')))
    else if (more.length > 0) violations.push({ field: name, message: 'must be given once' })
    else values[name] = typed(parameter, first)
  }
  return { values, violations }
}

export interface ParsedQuery {
  values: Record<string, unknown>
  /** parameters that came more than once and may not */
  violations: readonly Violation[]
}

interface Parameter {
  type?: string
  explode?: boolean
}
interface ObjectSchema {
  properties: Record<string, Parameter>
}

const typed = ({ type }: Parameter, value: string): unknown => {
  if (type === 'integer' && /^\d+$/.test(value)) return Number(value)
  if (type === 'boolean' && /^(true|false)$/.test(value)) return value === 'true'
  return value
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new HttpProblem('malformed_request')
  }
}
