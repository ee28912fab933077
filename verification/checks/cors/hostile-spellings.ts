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
    { name: 'an allowed origin in upper case', value: origin.toUpperCase() },
    { name: 'an allowed origin with a slash', value: `${origin}/` },
    { name: 'an allowed host with a dot at its end', value: `${scheme}${hostname}.${port}` },
    { name: 'an allowed host after user information', value: `${scheme}${stranger}@${host}` },
    {
      name: 'an allowed host with a Cyrillic letter',
      value: bytes(`${scheme}${host.replace(/[aeopc]/, lookalike)}`),
      parserMayRefuse: true,
    },
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

const lookalike = (letter: string): string =>
  ({ a: 'а', e: 'е', o: 'о', p: 'р', c: 'с' })[letter] ?? letter

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
  { name: 'a stranger under a shared suffix', value: `https://vrf${random}.vercel.app` },
]

/** What a pattern with an unescaped dot matches. */
export const dotless = ({ scheme, labels, port }: Hosts): HostileOrigin[] =>
  labels.slice(1, 3).map((_, dot) => ({
    name: `an allowed host with a letter for dot ${dot + 1}`,
    value: `${scheme}${labels.slice(0, dot + 1).join('.')}x${labels.slice(dot + 1).join('.')}${port}`,
  }))

/** What a pattern without its end matches; some browsers take `_` for a part of a host. */
export const boundaries = ({ scheme, host, stranger }: Hosts): HostileOrigin[] => [
  { name: 'an allowed host before a hyphen', value: `${scheme}${host}-${stranger}` },
  { name: 'an allowed host before an underscore', value: `${scheme}${host}_.${stranger}` },
]
