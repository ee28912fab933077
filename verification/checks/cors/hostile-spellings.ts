/** An `Origin` that must be refused, and what is wrong with it. */
export interface HostileOrigin {
  /** what it is, as the end of "the origin of …" */
  name: string
  /** the header value; beyond ASCII each character stands for one byte */
  value: string
  /** an HTTP parser or an edge may refuse it before the application sees it */
  parserMayRefuse?: true
}

/** An allowed origin in its parts, and somebody else. */
export interface Hosts {
  /** `scheme://` of the allowed origin */
  scheme: string
  /** host and port as in the origin */
  host: string
  hostname: string
  /** with its colon; empty where it is the default */
  port: string
  /** the labels of a name, empty for an address */
  labels: readonly string[]
  /** a host that nobody can have listed */
  stranger: string
}

/** How a text looks on the wire, a character for each byte. */
const bytes = (text: string) => Buffer.from(text).toString('latin1')

/** What a comparison of parsed, folded or normalised origins takes for the allowed one. */
export const spelling = (
  origin: string,
  { scheme, host, hostname, port, labels, stranger }: Hosts,
): HostileOrigin[] => {
  const explicit = scheme === 'https://' ? ':443' : ':80'
  return [
    ...(port ? [] : [{ name: 'the default port, spelt out', value: `${origin}${explicit}` }]),
    { name: 'an allowed scheme in upper case', value: `${scheme.toUpperCase()}${host}` },
    { name: 'an allowed origin with a slash', value: `${origin}/` },
    { name: 'an allowed host with a dot at its end', value: `${scheme}${hostname}.${port}` },
    { name: 'an allowed host after user information', value: `${scheme}${stranger}@${host}` },
    lookingAlike(scheme, host),
    ...(labels.length > 1
      ? [
          {
            name: 'an allowed host with a full-width dot',
            value: bytes(`${scheme}${labels.join('.').replace('.', '．')}${port}`),
            parserMayRefuse: true as const,
          },
        ]
      : []),
    { name: 'two origins in one value', value: `${origin}, https://${stranger}` },
    { name: 'an empty value', value: '' },
  ]
}

/** Another host to the same eye (UTS 39 §4): by a figure, or by a Cyrillic letter where none will do. */
const lookingAlike = (scheme: string, host: string): HostileOrigin => {
  const figured = host.replace(/[lo]/, (letter) => (letter === 'l' ? '1' : '0'))
  const cyrillic = host.replace(/[aepc]/, (letter) => lookalikes[letter] ?? letter)
  return figured === host
    ? {
        name: 'an allowed host with a Cyrillic letter',
        value: bytes(`${scheme}${cyrillic}`),
        parserMayRefuse: true,
      }
    : { name: 'an allowed host with a figure for a letter', value: `${scheme}${figured}` }
}

const lookalikes: Readonly<Record<string, string>> = { a: 'а', e: 'е', p: 'р', c: 'с' }

/** What is the allowed one to whoever cuts, unwraps or decodes it before the comparison. */
export const wrapped = (
  origin: string,
  { scheme, host, stranger }: Hosts,
  other = origin,
): HostileOrigin[] => [
  { name: 'an allowed origin with an empty query', value: `${origin}?` },
  { name: 'an allowed origin with a parameter', value: `${origin};x` },
  { name: 'an allowed origin before a backslash', value: `${origin}\\@${stranger}` },
  { name: 'an allowed origin before an encoded NUL', value: `${origin}%00.${stranger}` },
  { name: 'an allowed host with an encoded character', value: `${scheme}${encoded(host)}` },
  { name: 'an allowed host after three slashes', value: `${scheme}/${host}` },
  { name: 'an allowed host without a scheme', value: host },
  { name: 'an allowed origin in quotes', value: `"${other}"` },
  { name: 'a blob of an allowed origin', value: `blob:${origin}` },
]

/** Its first dot, or its first character where it has none, as parsers of URLs decode it. */
const encoded = (host: string): string =>
  host.replace(
    /\.|^[^.[]*$/,
    ([first = '', ...rest]) => `%${first.charCodeAt(0).toString(16)}${rest.join('')}`,
  )

/** What goes for a part of a list, of a name or of an application, and belongs to somebody else. */
export const besides = (
  origin: string,
  { scheme, host, stranger }: Hosts,
  random: string,
): HostileOrigin[] => [
  { name: 'an allowed origin before another and a blank', value: `${origin} https://${stranger}` },
  {
    name: 'an allowed origin with a no-break space',
    value: bytes(`${origin}\u00a0`),
    parserMayRefuse: true,
  },
  { name: 'an allowed origin as user information', value: `${origin}@${stranger}` },
  { name: 'an allowed host after an underscore', value: `${scheme}evil_${host}` },
  { name: 'an allowed host by a scheme of sockets', value: origin.replace(/^http/, 'ws') },
  {
    name: 'an extension of a browser',
    value: `chrome-extension://${'abcdefghijklmnop'.repeat(2)}`,
  },
  { name: 'a page from a file', value: 'file://' },
  { name: 'an app on this machine', value: 'capacitor://localhost' },
  { name: 'a stranger under a shared suffix', value: `https://vrf${random}.vercel.app` },
]

/** What a pattern with an unescaped dot matches: one of the dots, by chance. */
export const dotless = ({ scheme, labels, port }: Hosts, random: string): HostileOrigin[] => {
  const dots = Math.min(labels.length - 1, 2)
  if (dots < 1) return []
  const dot = 1 + (random.charCodeAt(random.length - 1) % dots)
  const [before, after] = [labels.slice(0, dot), labels.slice(dot)].map((part) => part.join('.'))
  return [
    {
      name: `an allowed host with a letter for dot ${dot}`,
      value: `${scheme}${before}x${after}${port}`,
    },
  ]
}

/** What a pattern without its end matches; some browsers take `_` for a part of a host. */
export const boundaries = ({ scheme, host, stranger }: Hosts): HostileOrigin[] => [
  { name: 'an allowed host before a hyphen', value: `${scheme}${host}-${stranger}` },
  { name: 'an allowed host before an underscore', value: `${scheme}${host}_.${stranger}` },
]
