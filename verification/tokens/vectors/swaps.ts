/**
 * Two signs in each other's place are the same to whoever drops either of them, takes one for the other, or adds up what a
 * text is made of: one name that is nearly another stands for all that some program makes of both signs.
 */
const usual = {
  'a hyphen and an underscore': '-_',
  quotes: `'"`,
  slashes: '\\/',
  'a plus and a blank': '+ ',
  'a dot and a comma': '.,',
  'a colon and a semicolon': ':;',
  'a # and a ?': '#?',
  'a & and a =': '&=',
  'blanks, one of them without a break': ' \u00a0',
  'a soft hyphen and what has no width': '\u00ad\u200b',
  'a variation and a mark of direction': '\ufe0f\u200e',
} as const

const rare = {
  'a bar and a !': '|!',
  'angle brackets': '<>',
  parentheses: '()',
  'square brackets': '[]',
  braces: '{}',
  'a * and a tilde': '*~',
  'a $ and a ^': '$^',
  'a ` and an @': '`@',
  joiners: '\u200d\u2060',
  'wide blanks': '\u2009\u3000',
  'separators of lines': '\u2028\u2029',
  'a byte order mark and what joins letters': '\ufeff\u034f',
  dashes: '\u2013\u2014',
} as const

/** Each is to stand in a name once, with a letter on either side. */
export const pairs: readonly string[] = [...Object.values(usual), ...Object.values(rare)]

const swapping = (all: Readonly<Record<string, string>>) =>
  Object.entries(all).map(([name, pair]): [string, (subject: string) => string] => [
    nameOf(name),
    (subject) => subject.replace(pair, () => [...pair].reverse().join('')),
  ])

const nameOf = (signs: string) => `with ${signs} the other way round`

export const ofPairs = Object.fromEntries([...swapping(usual), ...swapping(rare)])

/** So many are not tried in every run. */
export const isRare = (name: string): boolean =>
  Object.keys(rare).some((signs) => nameOf(signs) === name)
