import { parse } from 'tldts'
import { isPrivateHost } from '../../adapters/postgres/pool/hosts.ts'

/**
 * What is wrong with a list of origins, each completing "<variable> …" and naming an entry by its
 * place. Entries are compared byte for byte with what browsers send (RFC 6454 §6.2), so anything
 * else than the exact serialisation would allow nobody; in production what would allow too many is
 * refused as well.
 */
export const originProblems = (
  origins: readonly string[],
  rules: { production: boolean },
): string[] =>
  origins.flatMap((origin, index) => {
    const first = origins.indexOf(origin)
    const problem =
      first < index
        ? `repeats entry ${first + 1}: remove it`
        : (spellingProblem(origin) ?? placeProblem(new URL(origin), rules.production))
    return problem === undefined ? [] : [`entry ${index + 1} ${problem}`]
  })

const spellingProblem = (origin: string): string | undefined => {
  if (/[*^$()|\\{}]/.test(origin)) return 'is a pattern: list every exact origin instead'
  if (origin === 'null') return 'is null, which any sandboxed page sends: remove it'
  const [, scheme, authority, rest] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/is.exec(origin) ?? []
  if (scheme === undefined || authority === undefined) return 'has no scheme: put https:// in front'
  if (authority.includes('@')) return 'has user information: remove all up to the @'
  if (rest === '/') return 'ends in a slash: remove it'
  if (rest !== '') return 'has a path, query or fragment: end it after the host and port'
  if (origin !== origin.toLowerCase()) return 'has upper-case letters: write it in lower case'
  if (!URL.canParse(origin) || /(^|\.)\./.test(authority))
    return 'is not a valid origin: write scheme://host or scheme://host:port'
  if (new URL(origin).host !== authority) {
    return /:(80|443)$/.test(authority)
      ? 'spells out the default port: remove it'
      : 'is not as browsers write it: copy it from location.origin'
  }
  return undefined
}

const placeProblem = (url: URL, production: boolean): string | undefined => {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  if (host.endsWith('.')) return 'ends in a dot: remove it'
  if (url.port === '0') return 'names port 0: name the one that browsers connect to'
  if (isPublicSuffix(host)) {
    return 'is a bare suffix that strangers share: name your own host under it'
  }
  if (production && isPrivateHost(host)) {
    return 'is a local or private host: only public ones are allowed in production'
  }
  if (url.protocol === 'https:') return undefined
  if (production) return 'is not https: use https:// in production'
  return url.protocol === 'http:' && isPrivateHost(host)
    ? undefined
    : 'is not https: use https://, or http:// with a local host'
}

/** A name under which anyone may register one, such as `co.uk` and `vercel.app` (publicsuffix.org). */
const isPublicSuffix = (host: string): boolean => {
  const { publicSuffix, isIcann, isPrivate } = parse(host, { allowPrivateDomains: true })
  return publicSuffix === host && (isIcann === true || isPrivate === true)
}
