const MIN_BYTES = 32
const MIN_DISTINCT = 8
const MIN_BITS = 80
const MIN_UNKNOWN = 16

// The words that placeholders are made of: "change-me-in-production…",
// "your-secret-key-at-least-32-characters", "super-secret-jwt-token…" (Supabase), and Better Auth's
// published default (better-auth/dist/utils/constants.mjs: better-auth-secret- and counting
// digits).
const stock =
  /secret|passw(or)?d|change|replace|better|auth|your|super|jwt|token|key|default|example|please|this|that|with|production|development|placeholder|dummy|sample|insecure|unsafe|do|not|use|use[dr]|in|me|my|the|at|least|long|enough|for|validation|test(ing)?|random|string|value|generated?|characters?|chars|bytes?|bits?|minimum|min|here|safe|very|is|qwerty(uiop)?|asdf(ghjkl)?|zxcv(bnm)?|admin|32|64|[\s_.-]/g

/**
 * Why a shared secret must not be used, completing "<variable> …", or undefined. 32 bytes are the
 * least that RFC 7518 §3.2 allows for HS256; the library itself would accept a single one.
 */
export const secretWeakness = (secret: string): string | undefined => {
  if (Buffer.byteLength(secret) < MIN_BYTES) return `is shorter than ${MIN_BYTES} bytes`
  if (isRepeated(secret)) return 'repeats one pattern'
  if (withoutRuns(secret.toLowerCase()).replace(stock, '').length < MIN_UNKNOWN) {
    return 'is a known placeholder'
  }
  const counts = countsOf(secret)
  if (counts.length < MIN_DISTINCT || bitsOf(counts) < MIN_BITS) {
    return 'has too few different characters'
  }
  return undefined
}

/** Two or more copies of one block, a part of it at the end included: "secretsecretsec". */
const isRepeated = (text: string): boolean => {
  for (let period = 1; period <= text.length / 2; period += 1) {
    if (text.startsWith(text.slice(period))) return true
  }
  return false
}

/** Without four or more characters that count up or down: 1234567890, abcdef, 9876. */
const withoutRuns = (text: string): string => {
  let kept = ''
  for (let start = 0; start < text.length; ) {
    const end = Math.max(runEnd(text, start, 1), runEnd(text, start, -1))
    if (end - start < 4) kept += text[start]
    start = end - start < 4 ? start + 1 : end
  }
  return kept
}

const runEnd = (text: string, start: number, step: number): number => {
  let end = start + 1
  while (end < text.length && text.charCodeAt(end) - text.charCodeAt(end - 1) === step) end += 1
  return end
}

const countsOf = (text: string): number[] => {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  return [...counts.values()]
}

/** Shannon's entropy of the characters as they are distributed, over the whole length. */
const bitsOf = (counts: readonly number[]): number => {
  const total = counts.reduce((sum, count) => sum + count, 0)
  return counts.reduce((bits, count) => bits - count * Math.log2(count / total), 0)
}
