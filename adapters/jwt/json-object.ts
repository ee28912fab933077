// A leading BOM stays in the text, where JSON.parse refuses it (RFC 8259 §8.1).
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The JSON object that the bytes are, or undefined where they are anything else: invalid UTF-8, a byte order
 * mark, another JSON value, or an object that names a member twice (RFC 7515 §4, RFC 7519 §4: two parsers
 * must not read two people from one token).
 */
export const jsonObject = (bytes: Uint8Array): Record<string, unknown> | undefined => {
  try {
    const text = utf8.decode(bytes)
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject && !repeatsMember(text) ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** Whether the object, in text known to be JSON, names one of its own members twice. */
const repeatsMember = (text: string): boolean => {
  const names = new Set<unknown>()
  let depth = 0
  for (const [token, string, colon] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g)) {
    if (string === undefined) depth += token === '{' || token === '[' ? 1 : -1
    else if (colon !== undefined && depth === 1) {
      // "s\u0075b" and "sub" are one name
      const name: unknown = JSON.parse(string)
      if (names.has(name)) return true
      names.add(name)
    }
  }
  return false
}
