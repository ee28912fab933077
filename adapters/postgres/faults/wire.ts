/** A message of the server: type, length, body (PostgreSQL §55.7). */
export const message = (type: string, body: Buffer | string = ''): Buffer => {
  const bytes = Buffer.from(body)
  const head = Buffer.alloc(5)
  head.write(type)
  head.writeUInt32BE(bytes.length + 4, 1)
  return Buffer.concat([head, bytes])
}

export const authenticationOk = message('R', Buffer.from([0, 0, 0, 0]))
export const readyForQuery = message('Z', 'I')

/** An error as a server, Neon's proxy (always ERROR, XX000) or PgBouncer (always FATAL, 08P01) would send it. */
export const errorResponse = (severity: string, code: string, text: string): Buffer =>
  message('E', `S${severity}\0V${severity}\0C${code}\0M${text}\0\0`)

/** neondatabase/neon, proxy/src: what it says and whether waiting helps */
export const neonTexts: readonly (readonly [text: string, kind: 'transient' | 'permanent'])[] = [
  ["Couldn't connect to compute node", 'transient'],
  ['Control plane request failed', 'transient'],
  [
    'The requested endpoint is temporarily unavailable. Check your quotas and/or contact our support.',
    'transient',
  ],
  ['Too many connections attempts', 'transient'],
  ['Too many connections to this endpoint. Please try again later.', 'transient'],
  [
    'Failed to acquire permit to connect to the database. Too many database connection attempts are currently ongoing.',
    'transient',
  ],
  ['Authentication timed out', 'transient'],
  ['The requested endpoint is disabled. Enable it and retry.', 'permanent'],
  ['The requested endpoint cannot be found, or you have no access', 'permanent'],
  ["password authentication failed for user 'svc'", 'permanent'],
  [
    'Endpoint ID is not specified. Either please upgrade the postgres client library (libpq) for SNI support or pass the endpoint ID (first part of the domain name) as a parameter',
    'permanent',
  ],
  ['This IP address 192.0.2.1 is not allowed to connect to this endpoint.', 'permanent'],
  ['connection is insecure (try using `sslmode=require`)', 'permanent'],
  [
    'Your account or project has exceeded the compute time quota. Upgrade your plan to increase limits.',
    'permanent',
  ],
  ['You have exceeded the limit of concurrently active endpoints', 'permanent'],
]

/** pgbouncer/pgbouncer, src: its 08P01 */
export const pgbouncerTexts: readonly (readonly [text: string, kind: 'transient' | 'permanent'])[] =
  [
    ['query_wait_timeout', 'transient'],
    ['server login has been failing, try again later (server_login_retry)', 'transient'],
    ['server conn crashed?', 'transient'],
    ['no more connections allowed (max_client_conn)', 'transient'],
    ['client_login_timeout', 'transient'],
    ['pgbouncer cannot connect to server', 'transient'],
    ['SASL authentication failed', 'permanent'],
    ['password authentication failed', 'permanent'],
    ['no such user: svc', 'permanent'],
    ['no such database: tasks', 'permanent'],
    ['database "tasks" does not exist', 'permanent'],
    ['unsupported startup parameter: channel_binding', 'permanent'],
  ]
