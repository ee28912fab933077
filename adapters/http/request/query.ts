import type { TSchema } from 'typebox'
import { Fault, type Violation } from '../../../domain/fault.ts'
import { HttpProblem } from '../http-problem.ts'

/**
 * The known parameters of a raw query, each as the type that its schema names, or as the text that was sent
 * where that is no such thing (which the schema then refuses). Unknown names are ignored, all of them where
 * there is no schema, but not how they are spelt.
 * @throws HttpProblem `malformed_request` on bad percent-encoding, Fault `validation_failed` on duplicates
 */
export const parseQuery = (schema: TSchema | undefined, raw: string): Record<string, unknown> => {
  const sent = new Map<string, string[]>()
  for (const pair of raw.split('&').filter(Boolean)) {
    const [name = '', ...value] = pair.split('=')
    const key = decode(name)
    sent.set(key, [...(sent.get(key) ?? []), decode(value.join('='))])
  }
  const parsed: Record<string, unknown> = {}
  const violations: Violation[] = []
  const known = Object.entries((schema as ObjectSchema | undefined)?.properties ?? {})
  for (const [name, parameter] of known) {
    const values = sent.get(name)
    if (values === undefined) continue
    if (values.length > 1 && !parameter.explode)
      violations.push({ field: name, message: 'must be given once' })
    parsed[name] = parameter.explode ? values : typed(parameter, values[0] ?? '')
  }
  if (violations.length > 0) throw new Fault('validation_failed', { violations })
  return parsed
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
  return type === 'array' ? value.split(',') : value
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new HttpProblem('malformed_request')
  }
}
