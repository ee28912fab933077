/** Length in Unicode code points, which is what every limit on text counts. */
export const codePoints = (text: string): number => {
  let count = 0
  for (const _ of text) count += 1
  return count
}

/** Text that every store can keep unchanged: no NUL (PostgreSQL has none), no lone surrogate (UTF-8 has none). */
export const isStorable = (text: string): boolean => !text.includes('\0') && !/\p{Cs}/u.test(text)
