// What hosts and other drivers put into their URLs. The driver would send each of them to the
// server as a startup parameter, which PostgreSQL refuses as 42704 and PgBouncer as 08P01.
const harmless = new Set([
  'application_name',
  'channel_binding',
  'connect_timeout',
  'connection_limit',
  'pgbouncer',
  'pool_timeout',
])

// postgresql.org/docs/current/libpq-ssl.html, Table 32.1; true where TLS is not left to the server
const sslModes = new Map([
  ['disable', false],
  ['allow', false],
  ['prefer', false],
  ['require', true],
  ['verify-ca', true],
  ['verify-full', true],
])

export interface ConnectionParameters {
  demandsTls: boolean
  directTls: boolean
}

/**
 * Reads the parameters that mean something here, drops the ones known to be harmless, and refuses
 * the rest by name: a setting that is silently lost is worse than one that stops the start.
 */
export const parametersOf = (query: URLSearchParams): ConnectionParameters => {
  const given = new Map<string, string>()
  for (const [name, value] of query) {
    if (given.has(name)) throw new Error(`has the parameter ${shown(name)} twice: keep one`)
    given.set(name, value)
  }
  const mode = taken(given, 'sslmode', [...sslModes.keys()])
  const negotiation = taken(given, 'sslnegotiation', ['postgres', 'direct'])
  const root = given.get('sslrootcert')
  given.delete('sslrootcert')
  if (root !== undefined && root !== 'system') {
    throw new Error('has sslrootcert, which can only be system: put the certificate in DATABASE_CA')
  }
  for (const name of given.keys()) {
    if (harmless.has(name)) continue
    throw new Error(`has the unknown parameter ${shown(name)}: remove it`)
  }
  const directTls = negotiation === 'direct'
  const demandsTls = sslModes.get(mode ?? 'disable') === true || root === 'system' || directTls
  return { demandsTls, directTls }
}

const taken = (given: Map<string, string>, name: string, values: readonly string[]) => {
  const value = given.get(name)
  given.delete(name)
  if (value !== undefined && !values.includes(value)) {
    throw new Error(`has an ${name} other than ${values.join(', ')}: use one of these`)
  }
  return value
}

const shown = (name: string): string => (/^[\w.-]{1,40}$/.test(name) ? name : '(no plain name)')
