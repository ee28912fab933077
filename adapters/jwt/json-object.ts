// A leading BOM stays in the text, where JSON.parse refuses it (RFC 8259 §8.1).
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The JSON object in these bytes; undefined for invalid UTF-8, a byte order mark, any other JSON value, and
 * an object with a duplicate member name, which another parser could read differently (RFC 7515 §4,
 * RFC 7519 §4).
 */
export const jsonObject = (bytes: Uint8Array): Record<string, unknown> | undefined => {
  try {
    const text = utf8.decode(bytes)
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject && !hasDuplicateName(text) ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** Whether the object itself, not one nested in it, has a duplicate member name. The text must be valid JSON. */
const hasDuplicateName = (text: string): boolean => {
  const names = new Set<unknown>()
  let depth = 0
  for (const [token, string, colon] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g)) {
    if (string === undefined) depth += token === '{' || token === '[' ? 1 : -1
    else if (colon !== undefined && depth === 1) {
      // Parsed, because "s\u0075b" and "sub" are the same name.
      const name: unknown = JSON.parse(string)
      if (names.has(name)) return true
      names.add(name)
    }
  }
  return false
}
