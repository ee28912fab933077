/**
 * - `transient`: the database or the way to it is gone for now, or it lacks something for now
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
  /** the server itself said so and lives on: nothing was changed, and the connection is as good as before */
  answered: boolean
  /** a server behind this one has failed, so what it did is not known; the connection is as good as before */
  behind: boolean
}

/** Codes that tell of the connection and not of a statement on it (postgres.js, Node, our own). */
const connectionCodes =
  /^(CONNECT|ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|EADDR|ENOTFOUND|EAI_|ENODATA|ERR_SSL|ERR_TLS|EPROTO|PROTOCOL_|CERT_|DEPTH_|UNABLE_|SELF_SIGNED|ERR_STREAM|ERR_SOCKET)/
const certificateCodes =
  /^(CERT_|DEPTH_|UNABLE_TO|SELF_SIGNED|ERR_TLS_CERT|ERR_TLS_REFUSED|ERR_SSL_WRONG_VERSION|SASL_SIGNATURE)/

/** The classes of SQLSTATE that we may meet (PostgreSQL, appendix A), most specific first. */
const states: readonly (readonly [RegExp, FailureKind])[] = [
  // The server does not know whether it committed, so its error does not count as an answer.
  [/^(40003|08007)$/, 'transient'],
  [/^40/, 'conflict'],
  [/^57014$/, 'timeout'],
  [/^55P03$/, 'lock_timeout'],
  // Login refused, no such database or role, tables that are not as migrated or not ours, an unknown parameter.
  [/^(28|3D|3F|42501|42P01|42703|42704|42883|42P16|0A)/, 'permanent'],
  // Connection lost, out of disk, memory or connections, shutting down, read-only after a failover.
  [/^(08|53|57|58|25006|25P0[234])/, 'transient'],
]

/** Neon's proxy reports everything as XX000 and PgBouncer as 08P01, so there only the text can tell. */
const textual = /^(XX000|08P01)$/
const passingTexts = /server_login_retry|query_wait_timeout/
const permanentTexts =
  /authentication failed|no such (user|database)|(user|role|database) .*does not exist|endpoint (is disabled|cannot be found)|endpoint ID is not specified|IP address .* is not allowed|connection is insecure|exceeded the .*quota|limit of concurrently active endpoints|unsupported startup parameter|options parameter/i

/** What kind of failure an error from the driver is. The message is looked at and never passed on. */
export const failureOf = (error: unknown): Failure => {
  const { code: raw, message, severity, errors } = (error ?? {}) as Record<string, unknown>
  if (typeof raw !== 'string' && Array.isArray(errors) && errors[0]) return failureOf(errors[0])
  const code = typeof raw === 'string' ? raw : 'UNKNOWN'
  const kind = kindOf(code, String(message))
  return {
    kind,
    code,
    answered: severity === 'ERROR' && !/^(08|40003)/.test(code),
    // A coordinator says so of a worker. What ends our own connection is FATAL, or comes without a word.
    behind: severity === 'ERROR' && code === '08006',
  }
}

const kindOf = (code: string, message: string): FailureKind => {
  if (certificateCodes.test(code)) return 'permanent'
  if (connectionCodes.test(code)) return 'transient'
  if (textual.test(code))
    return permanentTexts.test(message) && !passingTexts.test(message) ? 'permanent' : 'transient'
  // An error without an SQLSTATE is a bug on this side, such as a value left undefined.
  return states.find(([pattern]) => pattern.test(code))?.[1] ?? 'statement'
}

const remedies: readonly (readonly [RegExp, string])[] = [
  [/^28/, 'correct user and password in DATABASE_URL'],
  [/^3D000$/, 'create the database that DATABASE_URL names, or correct the name'],
  [
    /^(42P01|42703|42883|3F000|42704)$/,
    'run migrate: tables are missing or older than the service',
  ],
  [/^42P16$/, 'run migrate on the coordinator: the tables are not distributed by owner'],
  [/^42501$/, 'grant the role of DATABASE_URL its rights on the tables'],
  [
    /^08006$/,
    'see that the workers run, and that the role of DATABASE_URL may log in there from the coordinator',
  ],
  [/^25006$/, 'the server takes no writes: point DATABASE_URL at the primary, or wait for it'],
  [/^53100$/, 'give the server disk space'],
  [/^53300$/, 'raise the connection limit of the server or lower DATABASE_POOL_MAX'],
  [/^PROTOCOL_VIOLATION$/, 'what answers is not PostgreSQL: correct host and port in DATABASE_URL'],
  [/^ERR_(TLS_REFUSED|SSL_WRONG)/, 'the server speaks no TLS: turn it on there'],
  [
    certificateCodes,
    'the certificate cannot be verified: set DATABASE_CA, or correct the host in DATABASE_URL',
  ],
]

/** What a person can do about a failure, in words that hold no value. */
export const remedyFor = ({ kind, code }: Failure): string =>
  remedies.find(([pattern]) => pattern.test(code))?.[1] ??
  (kind === 'permanent' ? 'correct DATABASE_URL' : 'none needed: it is tried again')
