import { escaped, wellFormed } from './formats/markup.ts'
import { type Secret, tokenLike } from './redact.ts'

/** Thrown in place of writing a report that holds what nobody else may read. */
export class SecretFound extends Error {}

/** The ways in which a value may have come to be written. */
const formsOf = (value: string): Set<string> => {
  const plain = /^[\w.-]+$/.test(value)
  return new Set([
    value,
    ...(plain ? [] : [JSON.stringify(value).slice(1, -1), escaped(value)]),
    ...(plain ? [] : [encodeURIComponent(wellFormed(value))]),
    Buffer.from(value).toString('base64').replace(/=+$/, ''),
    Buffer.from(value).toString('base64url'),
  ])
}

/** Names of the secrets that a finished text holds, in whatever form. */
export const leaksIn = (text: string, secrets: readonly Secret[]): string[] => {
  const names = new Set<string>()
  for (const { name, value } of secrets)
    for (const form of formsOf(value)) if (text.includes(form)) names.add(name)
  if (text.search(tokenLike) >= 0) names.add('something like a token')
  return [...names]
}

/**
 * The last look before anything is written: redaction is code, and code has faults.
 * @throws SecretFound that names the artefact and the secret, never its value
 */
export const assertClean = (
  artefacts: Readonly<Record<string, string>>,
  secrets: readonly Secret[],
): void => {
  const found = Object.entries(artefacts).flatMap(([file, text]) =>
    leaksIn(text, secrets).map((name) => `${file} would hold ${name}`),
  )
  if (found.length > 0) throw new SecretFound(`no report was written: ${found.join('; ')}`)
}
