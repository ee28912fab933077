/** One directive of one policy, as written. */
export interface Directive {
  name: string
  values: readonly string[]
}

export type Policy = readonly Directive[]

/** The policies of a header, which are separated by commas (CSP3 §2.2.2, §2.2.3). */
export const policiesOf = (header: string): Policy[] =>
  header
    .split(',')
    .map(policyOf)
    .filter((policy) => policy.length > 0)

/** The first directive of a name counts. */
const policyOf = (text: string): Policy => {
  const directives = new Map<string, Directive>()
  for (const part of text.split(';')) {
    const [name = '', ...values] = part.trim().split(/\s+/)
    const key = name.toLowerCase()
    if (key && !directives.has(key)) directives.set(key, { name: key, values })
  }
  return [...directives.values()]
}

/** The policies that a document brings along itself; there a sandbox means nothing (HTML §4.2.5.3). */
export const policiesInHtml = (html: string): Policy[] => {
  const [head = ''] = html.replaceAll(/<!--[\s\S]*?-->/g, '').split(/<body[\s>]/i)
  return [...head.matchAll(/<meta\s[^>]*?(?:"[^"]*"|'[^']*'|[^"'>])*>/gi)].flatMap(([tag]) =>
    attribute(tag, 'http-equiv')?.toLowerCase() === 'content-security-policy'
      ? policiesOf(attribute(tag, 'content') ?? '').map((policy) =>
          policy.filter(({ name }) => name !== 'sandbox'),
        )
      : [],
  )
}

const attribute = (tag: string, name: string): string | undefined => {
  const found = new RegExp(`[\\s"']${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(
    tag,
  )
  const [, double, single, bare] = found ?? []
  const value = double ?? single ?? bare
  return value
    ?.replaceAll(/&(?:#39|#x27|apos);/gi, "'")
    .replaceAll(/&(?:#34|quot);/gi, '"')
    .replaceAll(/&amp;/gi, '&')
}

/** The directive that keeps a page of `self` from calling `url`; undefined where all let it. */
export const obstacleIn = (
  policies: readonly Policy[],
  self: URL,
  url: URL,
): Directive | undefined => {
  for (const policy of policies) {
    const named = (name: string) => policy.find((directive) => directive.name === name)
    const sandbox = named('sandbox')
    if (sandbox && !sandbox.values.some((value) => value.toLowerCase() === 'allow-same-origin'))
      return sandbox
    // The fallback list of connect-src (CSP3 §6.8.3).
    const governing = named('connect-src') ?? named('default-src')
    if (governing && !governing.values.some((source) => sourceMatches(source, self, url)))
      return governing
  }
  return undefined
}

const schemeSource = /^([a-z][a-z0-9+.-]*):$/i
const hostSource =
  /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?)(?::(\d+|\*))?(\/[^?#]*)?$/i

/** CSP3 §6.7.2.8. What is no source expression for a URL, 'none' and nonces say, matches nothing. */
export const sourceMatches = (source: string, self: URL, url: URL): boolean => {
  if (source === '*') return /^https?:$/.test(url.protocol) || schemeMatches(bare(self), bare(url))
  const [, scheme] = schemeSource.exec(source) ?? []
  if (scheme) return schemeMatches(scheme.toLowerCase(), bare(url))
  if (source.toLowerCase() === "'self'") return isSelf(self, url)
  const [whole, hostScheme, host = '', port, path] = hostSource.exec(source) ?? []
  return (
    whole !== undefined &&
    schemeMatches(hostScheme?.toLowerCase() ?? bare(self), bare(url)) &&
    hostMatches(host.toLowerCase(), url.hostname) &&
    portMatches(port, url) &&
    pathMatches(path, url.pathname)
  )
}

const bare = ({ protocol }: URL): string => protocol.slice(0, -1)
const upgrades: Readonly<Record<string, readonly string[]>> = {
  http: ['https'],
  ws: ['wss', 'http', 'https'],
  wss: ['https'],
}
const schemeMatches = (scheme: string, actual: string): boolean =>
  scheme === actual || (upgrades[scheme]?.includes(actual) ?? false)

/** Itself, and itself by a better scheme on default ports. */
const isSelf = (self: URL, url: URL): boolean =>
  self.origin === url.origin ||
  (self.hostname === url.hostname && self.port === url.port && schemeMatches(bare(self), bare(url)))

/** Addresses match nothing but the one that stands for this machine. */
const hostMatches = (pattern: string, host: string): boolean => {
  if (pattern === '*') return true
  if (pattern.startsWith('*.')) return host.endsWith(pattern.slice(1))
  const isAddress = /^\d+(\.\d+){3}$/.test(pattern)
  return pattern === host && (!isAddress || pattern === '127.0.0.1')
}

const defaultPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' }
const portMatches = (port: string | undefined, { port: actual, protocol }: URL): boolean => {
  if (port === '*') return true
  const normal = defaultPorts[protocol]
  return (port ?? normal) === (actual || normal)
}

const pathMatches = (pattern: string | undefined, path: string): boolean => {
  if (!pattern) return true
  const [wanted, actual] = [pattern, path].map(decoded)
  return pattern.endsWith('/') ? (actual ?? '').startsWith(wanted ?? '') : wanted === actual
}

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
