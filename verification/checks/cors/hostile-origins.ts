import { isIP } from 'node:net'
import {
  besides,
  boundaries,
  dotless,
  type HostileOrigin,
  type Hosts,
  spelling,
  wrapped,
} from './hostile-spellings.ts'

/** What undici and RFC 9110 §5.5 let a field value hold. */
const sendable = /^[\t\x20-\x7e\x80-\xff]*$/

/**
 * One origin for every way in which comparisons with the allowed ones are known to go wrong: prefixes,
 * suffixes, patterns, normalisation, leftovers of development. They follow from the allow-list, because that
 * is what a careless comparison is careless about, and from `random`, so that nobody can have listed them.
 * The first two are the most telling; no two are the same and none is allowed.
 */
export const hostileOrigins = (
  allowed: readonly string[],
  random: string,
  target?: URL,
  environment = 'production',
): HostileOrigin[] => {
  const [first = 'https://localhost', ...others] = allowed
  const hosts = hostsOf(first, `vrf${random}.example`)
  const all = [
    ...telling(first, hosts, random),
    ...spelling(first, hosts),
    ...dotless(hosts, random),
    ...neighbours(hosts, random),
    ...wrapped(first, hosts, others[0]),
    ...leftovers(target, environment),
    ...besides(first, hosts, random),
    ...boundaries(hosts),
    ...strangers(hosts),
  ]
  const seen = new Set(allowed)
  return all.filter(({ value }) => {
    const fresh = sendable.test(value) && !seen.has(value)
    seen.add(value)
    return fresh
  })
}

const hostsOf = (origin: string, stranger: string): Hosts => {
  const { protocol, host, hostname, port } = new URL(origin)
  const isAddress = isIP(hostname.replace(/^\[|\]$/g, '')) > 0
  return {
    scheme: `${protocol}//`,
    host,
    hostname,
    port: port && `:${port}`,
    labels: isAddress ? [] : hostname.split('.'),
    stranger,
  }
}

const telling = (
  origin: string,
  { scheme, host, hostname, stranger }: Hosts,
  random: string,
): HostileOrigin[] => [
  { name: 'a page of a private network', value: `http://10.${digits(random)}` },
  { name: 'a sandboxed page', value: 'null' },
  otherScheme(origin),
  {
    name: 'another port of an allowed host',
    value: `${scheme}${hostname}:${scheme === 'https://' ? 80 : 443}`,
  },
  { name: 'a host that begins like an allowed one', value: `${scheme}${host}.${stranger}` },
  { name: 'a host that ends like an allowed one', value: `${scheme}evil${host}` },
  {
    // Longer than what some read of a field, and yet a name that can be (RFC 1035 §2.3.4).
    name: 'a host far below an allowed one',
    value: `${scheme}${`${'evil'.repeat(15)}.`.repeat(3)}${host}`,
  },
]

/** The last three numbers of an address, out of as many characters. */
const digits = (random: string): string => [...Buffer.from(random.slice(-3))].join('.')

const otherScheme = (origin: string): HostileOrigin => ({
  name: 'an allowed host by the other scheme',
  value: origin.replace(/^https?/, (scheme) => (scheme === 'https' ? 'http' : 'https')),
})

/** Other deployments and other owners under the same suffix. */
const neighbours = ({ scheme, labels, port }: Hosts, random: string): HostileOrigin[] => {
  const [name = '', ...rest] = labels
  if (rest.length === 0) return []
  const suffix = `${rest.join('.')}${port}`
  return [
    { name: 'www before an allowed host', value: `${scheme}www.${name}.${suffix}` },
    { name: 'a preview of an allowed host', value: `${scheme}${name}-${random}.${suffix}` },
  ]
}

/** What development and generosity leave in lists; in development itself pages of this machine are welcome. */
const leftovers = (target: URL | undefined, environment: string): HostileOrigin[] => [
  ...(environment === 'production'
    ? [
        ...(target ? [{ name: 'the service itself', value: target.origin }] : []),
        { name: 'a page in development', value: 'http://localhost:3000' },
      ]
    : []),
]

const strangers = ({ scheme, labels, port }: Hosts): HostileOrigin[] => [
  ...(labels.length > 1
    ? [{ name: 'the suffix itself', value: `${scheme}${labels.slice(1).join('.')}${port}` }]
    : []),
]
