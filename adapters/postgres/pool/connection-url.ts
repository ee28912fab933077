import { isIP } from 'node:net'
import { parametersOf } from './connection-parameters.ts'
import { isPrivateHost } from './hosts.ts'
import { normalPassword } from './normal-password.ts'

export { isPoolerHost } from './hosts.ts'

/**
 * Where a connection goes, free of everything that a driver would pass on to the server unasked.
 */
export interface ConnectionTarget {
  host: string
  port: number
  database: string
  user: string
  /** empty where the URL has none */
  password: string
  tls: false | VerifiedTls
  /**
   * TLS from the first byte (`sslnegotiation=direct`): one round trip less, PostgreSQL 17 and Neon
   */
  directTls: boolean
}

/**
 * Options for `tls.connect`. Chain and host name are always checked: no driver here implements
 * channel binding, so nothing else tells the database from somebody in the middle.
 */
export interface VerifiedTls {
  rejectUnauthorized: true
  /**
   * the SNI name, which Neon routes by; empty for an address, which RFC 6066 §3 keeps out of SNI
   */
  servername: string
  /** what the certificate must be made out to */
  host: string
  /** PEM; the roots that Node brings where absent */
  ca?: string
}

export interface ConnectionRules {
  production: boolean
  ca?: string
}

/**
 * Takes a database URL apart. In production TLS is verified whatever `sslmode` says, on loopback
 * too; elsewhere plaintext is left to private hosts, and certificates are never accepted unseen.
 *
 * @throws Error whose message completes the sentence "<variable> …" and holds no part of the URL
 * but the name of a parameter
 */
export const connectionTarget = (url: string, rules: ConnectionRules): ConnectionTarget => {
  const parsed = parse(url)
  const host = hostOf(parsed)
  const parameters = parametersOf(parsed.searchParams)
  const verified = rules.production || parameters.demandsTls || !isPrivateHost(host)
  return {
    host,
    port: portOf(parsed),
    database: databaseOf(parsed),
    user: decoded(parsed.username, 'user'),
    password: normalPassword(decoded(parsed.password, 'password')),
    tls: verified && {
      rejectUnauthorized: true,
      servername: isIP(host) === 0 ? host : '',
      host,
      ...(rules.ca === undefined ? {} : { ca: rules.ca }),
    },
    directTls: verified && parameters.directTls,
  }
}

const parse = (url: string): URL => {
  if (!/^postgres(ql)?:\/\//i.test(url)) {
    throw new Error('must start with postgres:// or postgresql://')
  }
  // the WHATWG parser would silently drop tabs and line ends
  if (/[\s\p{Cc}]/u.test(url)) throw new Error('contains white space: paste it again in one piece')
  const [, authority = '', rest = ''] = /^[^:]+:\/\/([^/?#]*)(.*)$/.exec(url) ?? []
  const unnamed = rest.replace(/(?<=[?&]application_name=)[^&]*/, '')
  if (!/^[^:@].*@/.test(authority) || unnamed.includes('@')) {
    // an unencoded / ? or # in a password ends the authority early and lands here, before any part
    // of it could be taken for a parameter's name
    throw new Error('names no user: write user:password@ before the host, / ? # @ percent-encoded')
  }
  // the driver never settles when all of several hosts fail (porsager/postgres #1188)
  if (authority.slice(authority.lastIndexOf('@')).includes(',')) {
    throw new Error('names several hosts: name exactly one')
  }
  if (!URL.canParse(url)) {
    throw new Error('is not a valid URL: check host and port, and percent-encode the password')
  }
  const parsed = new URL(url)
  if (parsed.hash !== '') throw new Error('contains a #: remove it, or percent-encode it')
  return parsed
}

const hostOf = ({ hostname }: URL): string => {
  const host = hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  if (host === '') throw new Error('names no host: write it after the @')
  if (isIP(host) === 0 && !/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(host)) {
    throw new Error('has no plain host name or address after the @: correct it')
  }
  return host
}

const portOf = ({ port }: URL): number => {
  if (port !== '' && Number(port) === 0) throw new Error('names port 0: name one from 1 to 65535')
  return port === '' ? 5432 : Number(port)
}

const databaseOf = ({ pathname }: URL): string => {
  const name = pathname.slice(1)
  if (name === '') throw new Error('names no database: write /name after the host')
  if (name.includes('/')) throw new Error('has a path of several segments: name one database')
  return decoded(name, 'database name')
}

const decoded = (text: string, part: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new Error(`has malformed percent-encoding in its ${part}: encode % as %25`)
  }
}
