/**
 * - `transient`: the database or the way to it is gone for now
 * - `permanent`: no retry can mend it, somebody must change the configuration
 * - `conflict`: the server rolled the statement back in favour of another; it may be sent again
 * - `timeout`: the server gave up on the statement and rolled it back
 * - `lock_timeout`: the same while it waited for somebody else's lock
 * - `statement`: the statement itself is wrong
 */
export type FailureKind =
  | 'transient'
  | 'permanent'
  | 'conflict'
  | 'timeout'
  | 'lock_timeout'
  | 'statement'

export interface Failure {
  kind: FailureKind
  /** an SQLSTATE or the name of a driver's or system's error: never a message, which may hold row values */
  code: string
}

/** Codes that tell of the connection and not of a statement on it (postgres.js, Node). */
const connectionCodes =
  /^(CONNECT|ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_AGAIN|ERR_SSL|ERR_TLS|EPROTO|CERT_|DEPTH_|UNABLE_|SELF_SIGNED|ERR_STREAM)/
const certificateCodes = /^(CERT_|DEPTH_|UNABLE_TO|SELF_SIGNED|ERR_TLS_CERT)/

/** The classes of SQLSTATE that we may meet (PostgreSQL, appendix A), most specific first. */
const states: readonly (readonly [RegExp, FailureKind])[] = [
  [/^40/, 'conflict'],
  [/^57014$/, 'timeout'],
  [/^55P03$/, 'lock_timeout'],
  // Login refused, no such database or role, no such table or no right to it, an unknown parameter.
  [/^(28|3D|3F|42501|42P01|42704|0A)/, 'permanent'],
  // Connection lost, out of disk, memory or connections, shutting down, read-only after a failover.
  [/^(08|53|57|58|25006|25P0[34])/, 'transient'],
]

/** Neon's proxy reports everything as XX000 and PgBouncer as 08P01, so there only the text can tell. */
const permanentTexts =
  /password authentication failed|authentication failed|no such (user|database)|does not exist|endpoint (is disabled|cannot be found|ID is not specified)|IP address .* is not allowed|connection is insecure|exceeded the .*quota|limit of concurrently active endpoints|unsupported startup parameter/i

/** What kind of failure an error from the driver is. The message is looked at and never passed on. */
export const failureOf = (error: unknown): Failure => {
  const {
    code: raw,
    message = '',
    errors,
  } = error as { code?: unknown; message?: string; errors?: unknown[] }
  const code = typeof raw === 'string' ? raw : errors?.[0] ? failureOf(errors[0]).code : 'UNKNOWN'
  if (certificateCodes.test(code)) return { kind: 'permanent', code }
  if (connectionCodes.test(code)) return { kind: 'transient', code }
  if (/^(XX000|08P01)$/.test(code))
    return { kind: permanentTexts.test(message) ? 'permanent' : 'transient', code }
  const known = states.find(([pattern]) => pattern.test(code))
  return { kind: known?.[1] ?? (/^[0-9A-Z]{5}$/.test(code) ? 'statement' : 'transient'), code }
}

const remedies: readonly (readonly [RegExp, string])[] = [
  [/^28/, 'correct user and password in DATABASE_URL'],
  [/^3D000$/, 'create the database that DATABASE_URL names, or correct the name'],
  [/^(42P01|3F000|42704)$/, 'run migrate: tables are missing'],
  [/^42501$/, 'grant the role of DATABASE_URL its rights on the tables'],
  [
    certificateCodes,
    'the certificate cannot be verified: set DATABASE_CA, or correct the host in DATABASE_URL',
  ],
]

/** What a person can do about a failure, in words that hold no value. */
export const remedyFor = ({ kind, code }: Failure): string =>
  remedies.find(([pattern]) => pattern.test(code))?.[1] ??
  (kind === 'permanent' ? 'correct DATABASE_URL' : 'none needed: it is tried again')
