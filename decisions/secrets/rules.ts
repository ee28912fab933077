import { lintSource } from '@secretlint/core'
import { creator as preset } from '@secretlint/secretlint-rule-preset-recommend'
import { type NamedVariable, variables } from '../../bootstrap/config/schema.ts'

/** A place that looks like a secret. What stands there is not told: reports are read by more than the code is. */
export interface Suspicion {
  line: number
  kind: string
}

/** What tests and examples give on purpose where a secret is asked for. Each is refused or worthless elsewhere. */
const madeUp =
  /hunter2|:\/\/nobody:nothing@|p%2Fa%3As%25|hV8nqT2xw5Zr0cJk7LmPs3YdUb9GfAeQiRoXt4|q7Zt0vB3xKpL9sWmE2rYuC5hNdJ8gFaT1oXiQwRz/

const PRESET = '@secretlint/secretlint-rule-preset-recommend'
/** Without the rule that lets a comment beside a key switch the search off. */
const rules = [{ id: '@secretlint/secretlint-rule-filter-comments', disabled: true }]
const config = { rules: [{ id: PRESET, rule: preset, rules }] }

/** Names of variables that hold secrets, by the schema. */
const secretNames = variables.filter(({ secret }) => secret).map(({ name }) => name)

/**
 * What the preset does not know: our own variables, Neon's passwords, private keys as JWK (RFC 7517) or as
 * short as Ed25519's, for which it asks 100 characters, and tokens.
 */
const own: readonly { kind: string; pattern: RegExp }[] = [
  {
    kind: 'value of a secret variable',
    pattern: new RegExp(
      `\\b(?:${secretNames.join('|')})['"]?\\s*[:=]\\s*['"\`]?(?<secret>[A-Za-z0-9+/_=-]{24,})`,
      'g',
    ),
  },
  {
    kind: 'private key',
    pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:\\n|\s)*(?<secret>[A-Za-z0-9+/=]{40,})/g,
  },
  { kind: 'password of a Neon role', pattern: /\b(?<secret>npg_[A-Za-z0-9]{10,})\b/g },
  { kind: 'private JSON web key', pattern: /["']?\bd["']?\s*:\s*["'](?<secret>[\w-]{43,})["']/g },
  {
    kind: 'signed token',
    pattern: /\b(?<secret>eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{40,})/g,
  },
]

interface Found {
  kind: string
  range: readonly [number, number]
}

/** Bits per character. A key made by chance has more than four, a placeholder in words has fewer than three and a half. */
const entropy = (text: string): number => {
  const counts = new Map<string, number>()
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1)
  return [...counts.values()].reduce((sum, count) => {
    const share = count / text.length
    return sum - share * Math.log2(share)
  }, 0)
}
const RANDOM_BITS = 3.7

const ownSuspicions = (text: string): Found[] =>
  own.flatMap(({ kind, pattern }) =>
    [...text.matchAll(pattern)]
      .filter(({ groups }) => entropy(groups?.secret ?? '') >= RANDOM_BITS)
      .map(({ 0: found, index }) => ({ kind, range: [index, index + found.length] as const })),
  )

/** Everything in the text that looks like a secret. */
export const suspicionsIn = async (path: string, text: string): Promise<Suspicion[]> => {
  const { messages } = await lintSource({
    source: { filePath: path, content: text, contentType: 'text', ext: '' },
    options: { config, maskSecrets: true, noPhysicFilePath: true },
  })
  const known = messages.map(({ messageId, ruleId, range }) => ({
    kind: `${ruleId.replace('@secretlint/secretlint-rule-', '')} ${messageId}`,
    range,
  }))
  const byLine = new Map<number, string>()
  for (const { kind, range } of [...ownSuspicions(text), ...known])
    if (!madeUp.test(text.slice(...range)))
      byLine.set(text.slice(0, range[0]).split('\n').length, kind)
  return [...byLine].map(([line, kind]) => ({ line, kind }))
}

/** Files that are secrets by what they are for, whatever they hold. */
const SECRET_FILE =
  /(?:^|\/)(?:\.env(?:\.(?!example$)[^/]*)?|id_(?:rsa|ecdsa|ed25519)|[^/]+\.(?:p12|pfx|jks|keystore))$/

export const isSecretFile = (path: string): boolean => SECRET_FILE.test(path)

/** Every secret variable that comes with a value: then production would run with one that everybody knows. */
export const defaultedSecrets = (all: readonly NamedVariable[]): string[] =>
  all
    .filter(({ secret, default: value, otherwise }) => secret && (value !== undefined || otherwise))
    .map(
      ({ name }) => `${name} is a secret with a default: remove it from bootstrap/config/schema.ts`,
    )
