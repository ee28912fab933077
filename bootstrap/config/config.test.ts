import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { rootCertificates } from 'node:tls'
import { ConfigError, configOf, type Env, migrationConfigOf } from './config.ts'

const secret = 'q7Zt0vB3xKpL9sWmE2rYuC5hNdJ8gFaT1oXiQwRz'
const hex = '9f86d081884c7d659a2feaa0c55ad015'
const jwks = 'https://auth.example.com/api/auth/jwks'
const url = 'postgresql://app:hunter2@ep-x-pooler.eu-central-1.aws.neon.tech/main?sslmode=require'
const direct = 'postgresql://app:hunter2@ep-x.eu-central-1.aws.neon.tech/main'
const pem = rootCertificates[0] ?? ''

const production: Env = {
  PORT: '3000',
  DATABASE_URL: url,
  BETTER_AUTH_SECRET: secret,
  CORS_ORIGINS: 'https://app.example.com',
}
const development: Env = {
  APP_ENV: 'development',
  DATABASE_URL: 'postgres://dev@localhost:5433/dev',
  BETTER_AUTH_SECRET: secret,
  CORS_ORIGINS: 'http://localhost:5173',
}
const noAuth = { BETTER_AUTH_SECRET: undefined }
const noSecret = { ...production, ...noAuth }
const noSecretInDevelopment = { ...development, ...noAuth }
const inJwks = { ...noAuth, AUTH_JWKS_URL: jwks }
const old = 'Yw3kD9sLq0ZvT7mXb2RcJ8nHfA5gPuE1oKiCtQ4W'
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
const previous = (until: string | undefined, before: string | null = old): Env => ({
  BETTER_AUTH_SECRET_PREVIOUS: before ?? undefined,
  BETTER_AUTH_SECRET_PREVIOUS_UNTIL: until,
})

test('production, with everything else at its default', () => {
  assert.deepEqual(configOf(production), {
    environment: 'production',
    http: {
      port: 3000,
      hosts: ['::', '0.0.0.0'],
      corsOrigins: ['https://app.example.com'],
      docs: false,
      rateLimitPerMinute: 1200,
      eventLoopDelayMaxMs: 200,
      behindRailway: false,
      release: null,
      ownerLogKey: null,
    },
    database: { url, queueMax: 1_000 },
    auth: { mode: 'shared-secret', secret },
    logLevel: 'info',
    shutdownTimeoutMs: 8000,
    warnings: [],
  })
})

test('a configuration is frozen to its leaves', () => {
  const config = configOf(production)
  for (const part of [config, config.http, config.http.corsOrigins, config.database, config.auth])
    assert.ok(Object.isFrozen(part))
})

/** what is changed, where it shows, and what it is there */
const accepted: Record<string, [change: Env, path: string, value: unknown, base?: Env]> = {
  'development on port 8000': [{}, 'http.port', 8000, development],
  'development with docs': [{}, 'http.docs', true, development],
  'the test environment': [{ APP_ENV: 'test' }, 'environment', 'test', development],
  'docs in production when asked for': [{ API_DOCS: 'enabled' }, 'http.docs', true],
  'no docs in development when asked for': [
    { API_DOCS: 'disabled' },
    'http.docs',
    false,
    development,
  ],
  'the lowest port': [{ PORT: '1' }, 'http.port', 1],
  'the highest port': [{ PORT: '65535' }, 'http.port', 65535],
  'values with white space around them': [{ PORT: ' 3000\n' }, 'http.port', 3000],
  'blank values as missing ones': [{ LOG_LEVEL: ' ' }, 'logLevel', 'info'],
  'an address': [{ HOST: '127.0.0.1' }, 'http.hosts', ['127.0.0.1']],
  'several origins': [
    { CORS_ORIGINS: 'https://a.example.com, https://b.vercel.app:8443' },
    'http.corsOrigins',
    ['https://a.example.com', 'https://b.vercel.app:8443'],
  ],
  'an https origin in development': [
    { CORS_ORIGINS: 'https://app.example.com' },
    'http.corsOrigins',
    ['https://app.example.com'],
    development,
  ],
  'the other name of the secret': [{ ...noAuth, JWT_SECRET: secret }, 'auth.secret', secret],
  'both names with one secret': [{ JWT_SECRET: secret }, 'auth.secret', secret],
  'a secret of 32 hexadecimal digits': [{ BETTER_AUTH_SECRET: hex }, 'auth.secret', hex],
  'the secret before it': [previous(inDays(6.9)), 'auth.previous.secret', old],
  'the end of the secret before it': [
    previous('2020-02-29T23:59:59.5+02:00'),
    'auth.previous.untilMs',
    Date.UTC(2020, 1, 29, 21, 59, 59, 500),
  ],
  'the secret before the other name': [
    { ...noAuth, JWT_SECRET: secret, ...previous(inDays(1)) },
    'auth.previous.secret',
    old,
  ],
  'issuers beside a secret': [{ AUTH_ISSUER: 'a,b' }, 'auth.issuers', ['a', 'b']],
  'audiences beside a secret': [{ AUTH_AUDIENCE: 'c' }, 'auth.audiences', ['c']],
  'a key set': [inJwks, 'auth.mode', 'jwks'],
  'its origin for issuer': [inJwks, 'auth.issuers', ['https://auth.example.com']],
  'its origin for audience': [inJwks, 'auth.audiences', ['https://auth.example.com']],
  'another issuer': [{ ...inJwks, AUTH_ISSUER: 'i' }, 'auth.issuers', ['i']],
  'another audience': [{ ...inJwks, AUTH_AUDIENCE: 'x,y' }, 'auth.audiences', ['x', 'y']],
  'a key set on loopback in development': [
    { ...noAuth, AUTH_JWKS_URL: 'http://localhost:3000/api/auth/jwks' },
    'auth.issuers',
    ['http://localhost:3000'],
    development,
  ],
  'a direct URL': [{ DATABASE_URL_UNPOOLED: direct }, 'database.unpooledUrl', direct],
  'a certificate as text': [{ DATABASE_CA: pem }, 'database.ca', `${pem.trim()}\n`],
  'a certificate on one line': [
    { DATABASE_CA: pem.trim().replaceAll('\n', '\\n') },
    'database.ca',
    `${pem.trim()}\n`,
  ],
  'a pool': [{ DATABASE_POOL_MAX: '7' }, 'database.poolMax', 7],
  'no queue at all': [{ DATABASE_QUEUE_MAX: '0' }, 'database.queueMax', 0],
  'a rate': [{ RATE_LIMIT_PER_MINUTE: '60' }, 'http.rateLimitPerMinute', 60],
  'a patience': [{ EVENT_LOOP_DELAY_MAX_MS: '500' }, 'http.eventLoopDelayMaxMs', 500],
  'a shutdown': [{ SHUTDOWN_TIMEOUT_MS: '5000' }, 'shutdownTimeoutMs', 5000],
  Railway: [{ RAILWAY_ENVIRONMENT_NAME: 'production' }, 'http.behindRailway', true],
  'a release': [{ RAILWAY_GIT_COMMIT_SHA: 'abcdef0' }, 'http.release', 'abcdef0'],
  'unrelated names': [
    {
      HOSTNAME: 'x',
      NODE_ENV: 'development',
      PORTAGE: 'x',
      PATH: 'x',
      HOME: 'x',
      HOSTS: 'x',
      SORT: 'x',
      DATABASE_DB: 'x',
      DATABASE_PW: 'x',
      DATABASE_IP: 'x',
      DATABASE_ID: 'x',
      DATABASE_POOL_MIN: 'x',
    },
    'environment',
    'production',
  ],
  'a near name beside the right one': [{ DATABASE_URI: 'x' }, 'database.url', url],
  'a URL with an at sign in a value': [
    { DATABASE_URL: `${url}&application_name=me@host` },
    'database.url',
    `${url}&application_name=me@host`,
  ],
  'the usual other names beside ours': [
    { DB_URL: 'x', POSTGRES_URL: 'x', ALLOWED_ORIGINS: 'x', AUTH_SECRET: 'x', CORS_ORIGIN: 'x' },
    'database.url',
    url,
  ],
  'a near name of a secret beside a key set': [
    { ...inJwks, AUTH_SECRET: 'x', JWE_SECRET: 'x', BETTER_AUTH_SECRETS: 'x' },
    'auth.mode',
    'jwks',
  ],
}

const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce((part, key) => (part as Record<string, unknown>)[key], value)

describe('accepted:', () => {
  for (const [name, [change, path, value, base = production]] of Object.entries(accepted))
    test(name, () => assert.deepEqual(at(configOf({ ...base, ...change }), path), value))
})

const spellings: [name: string, found: string][] = [
  ['LOG_LEVEL', 'LOGLEVEL'],
  ['PORT', 'port'],
  ['DATABASE_URL', ' DATABASE_URL'],
  ['DATABASE_URL', 'DATABASEURL'],
  ['BETTER_AUTH_SECRET', 'BETTERAUTH_SECRET'],
]
for (const [name, found] of spellings) {
  const given = { ...production, LOG_LEVEL: 'warn' }
  const line = `${name} is not read from ${JSON.stringify(found)}:`

  test(`a warning where the right name is set: ${found}`, () =>
    assert.deepEqual(configOf({ ...given, [found]: 'hunter2' }).warnings, [
      `${line} remove that variable`,
    ]))

  test(`a refusal where it is not: ${found}`, () =>
    assert.throws(
      () => configOf({ ...given, [name]: undefined, [found]: 'hunter2' }),
      ({ problems }: ConfigError) => problems.includes(`${line} rename that variable`),
    ))
}

/** The value of the variable that is told of, or several variables, and how its one problem goes on. */
type Refusal = [change: string | undefined | Env, problem: RegExp, base?: Env]

/** under the variable that is told of */
const refused: Record<string, Record<string, Refusal>> = {
  PORT: {
    'no port': [undefined, /is missing/],
    'port 0': ['0', /must be a whole number from 1/],
    'a port too high': ['65536', /must be/],
    'a port with a unit': ['80tcp', /must be/],
    'a fractional port': ['80.25', /must be/],
    'a bad port in development': ['hunter2', /must be/, development],
  },
  HOST: {
    'an address with its quotes': ["'hunter2'", /is wrapped in quotes/],
    'a bad address': ['hunter2:80', /must be an address/],
  },
  APP_ENV: {
    'an unknown environment': ['hunter2', /must be one of prod/],
    'an environment in another case': ['Test', /must be one of/],
    'development in Railway’s production': [
      { RAILWAY_ENVIRONMENT_NAME: 'production' },
      /is not production in Railway’s/,
      development,
    ],
  },
  API_DOCS: {
    'unknown docs': ['true', /must be one of enabled, disabled/],
  },
  LOG_LEVEL: {
    'an unknown level': ['verbose', /must be one of fatal/],
    'a name with a line end after it': [
      { 'LOG_LEVEL\n': 'hunter2' },
      /is not read from "LOG_LEVEL\\n"/,
    ],
  },
  DATABASE_POOL_MAX: {
    'an empty pool': ['-5432', /must be/],
    'a slip in an optional name': [{ DATABASE_POOL_MX: 'hunter2' }, /is not read from/],
  },
  DATABASE_QUEUE_MAX: {
    'a vast queue': ['77777', /must be/],
  },
  RATE_LIMIT_PER_MINUTE: {
    'no rate': ['none', /must be/],
  },
  SHUTDOWN_TIMEOUT_MS: {
    'an endless shutdown': ['9e99', /must/],
  },
  RAILWAY_GIT_COMMIT_SHA: {
    'a release that is none': ['hunter2', /must be 7 to 64/],
  },
  DATABASE_URL: {
    'no database': [undefined, /is missing/],
    'a blank database': [' \n', /is missing/],
    'no database in development': ['', /is missing/, development],
    'another database': ['mysql://u:hunter2@h/d', /must start/],
    'no user': ['postgres://hunter2.com/d', /names no user/],
    'no database name': ['postgres://u:hunter2@h', /names no data/],
    'several hosts': ['postgres://u:hunter2@h,i/d', /.*several/],
    'a URL parameter': [`${url}&options=hunter2`, /.* options/],
  },
  DATABASE_URL_UNPOOLED: {
    'a broken direct URL': ['hunter2', /must start/],
    'a pooled direct URL': [url, /names a pooler: use the host without -pooler/],
  },
  DATABASE_CA: {
    'an unreadable certificate': ['/hunter2.pem', /is neither/],
    'no certificate': ['-----BEGIN hunter2', /holds no PEM/],
    'a broken certificate': [
      '-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----',
      /holds a certificate that cannot be parsed/,
    ],
  },
  BETTER_AUTH_SECRET: {
    'no way to verify tokens': [noAuth, /is missing: .*AUTH_JWKS_URL/],
    'none in development': [noAuth, /is missing/, development],
    'a short secret': [secret.slice(0, 31), /is shorter than 32/],
    'a short secret in tests': [
      { APP_ENV: 'test', BETTER_AUTH_SECRET: 'hunter2' },
      /is shorter/,
      development,
    ],
    'a secret with its quotes': [`"${secret}"`, /is wrapped in quotes: remove them/],
    'a secret in quotes of a word processor': [`“${secret}”`, /is wrapped in quotes: remove them/],
    ...Object.fromEntries(
      ['', 'export ', '$env:'].map((before) => [
        `a secret with ${before}its name`,
        [`${before}BETTER_AUTH_SECRET=${secret}`, /begins with its name: give the/] as const,
      ]),
    ),
    'a secret with its name as in YAML': [
      `BETTER_AUTH_SECRET: ${secret}`,
      /begins with its name: give the/,
    ],
    ...Object.fromEntries(
      [`'${secret}`, `${secret}"`, `\`${secret}`, `${secret}’`, `„${secret}`].map((value) => [
        `a secret with one quote: ${value.replace(secret, '…')}`,
        [value, /has a quote at one end: remove it/] as const,
      ]),
    ),
    ...Object.fromEntries(
      ['\u200B', '\u2060', '\u00AD', '\u202E'].map((character) => [
        `a secret with U+${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
        [`${secret}${character}`, /holds an invisible character: type it anew/] as const,
      ]),
    ),
    'a published default': ['better-auth-secret-12345678901234567890', /is a known placeholder/],
    'a placeholder': [
      'your-secret-key-at-least-32-characters-long',
      /is a known placeholder/,
      development,
    ],
    'another placeholder': ['CHANGE_ME_in_production_please_0123456789', /is a known placeholder/],
    'Supabase’s placeholder': [
      'super-secret-jwt-token-with-at-least-32-characters-long',
      /is a known placeholder/,
    ],
    'an alphabet': ['abcdefghijklmnopqrstuvwxyz0123456789', /is a known placeholder/],
    'a repeated word': ['secret'.repeat(6), /repeats/],
    'a repeated half': ['q7Zt0vB3xKpL9sWm'.repeat(2), /repeats/],
    'one character': ['x'.repeat(64), /repeats/],
    'few characters': ['zqzzqqzwzqqwzzwqzwwqzqzwwzqzqqwzwqzq', /has too few different characters/],
  },
  JWT_SECRET: {
    'a short secret by its other name': ['hunter2', /is shorter/, noSecret],
    'two secrets': [hex, /differs from BETTER_AUTH_SECRET/],
  },
  BETTER_AUTH_SECRET_PREVIOUS: {
    'a secret that did not change': [
      previous(inDays(1), secret),
      /equals the current secret: give the one before/,
    ],
    'an end of nothing': [previous(inDays(1), null), /is missing: give it, or remove/],
    'a weak one before': [previous(inDays(1), 'hunter2'), /is shorter than 32 bytes: remove it/],
    'a placeholder before': [previous(inDays(1), 'x'.repeat(64)), /repeats one pattern/],
    'one before with its quotes': [previous(inDays(1), `'${old}'`), /is wrapped in quotes/],
    'a secret before a key set': [
      { ...inJwks, ...previous(inDays(1)) },
      /is set beside AUTH_JWKS_URL: remove it/,
    ],
  },
  BETTER_AUTH_SECRET_PREVIOUS_UNTIL: {
    'no end': [previous(undefined), /is missing: say until when/],
    'an end that is too far': [previous(inDays(7.1)), /is more than 7 days ahead/],
    ...Object.fromEntries(
      [
        'hunter2',
        '2026-11-30',
        '2026-11-30T06:00:00',
        '2026-02-30T00:00:00Z',
        '1764568800',
        '2026-11-30T06:00:00+24:00',
      ].map((end) => [
        `an end at ${end}`,
        [previous(end), /must be a time with its zone/] as const,
      ]),
    ),
  },
  AUTH_JWKS_URL: {
    'a secret and a key set': [jwks, /is set beside BETTER_AUTH_SECRET/],
    'the other secret and a key set': [
      { ...inJwks, JWT_SECRET: secret },
      /is set beside JWT_SECRET/,
    ],
    'a key set over http': ['http://hunter2.com/jwks', /is not https/, noSecret],
    'a key set over http on loopback, in production': [
      'http://127.0.0.1/hunter2',
      /is not https/,
      noSecret,
    ],
    'a key set over http elsewhere, in development': [
      'http://10.0.0.1/hunter2',
      /is not https/,
      noSecretInDevelopment,
    ],
    'no URL for a key set': ['hunter2', /is not a valid URL/, noSecret],
    'a key set with a password': [
      'https://u:hunter2@auth.example.com/jwks',
      /has user information/,
      noSecret,
    ],
  },
  AUTH_ISSUER: {
    'an empty issuer': ['hunter2,', /entry 2 is empty/],
    'an issuer of several in quotes': ['hunter2,"hunter3",hunter4', /is wrapped in quotes/],
    'an issuer of several with a quote': ["hunter2,hunter3',hunter4", /has a quote at one end/],
  },
  AUTH_AUDIENCE: {
    'an empty audience': [',hunter2', /entry 1 is empty/],
  },
  CORS_ORIGINS: {
    'no origin': [undefined, /is missing/],
    'no origin in development': ['', /is missing/, development],
    'an empty origin': ['https://a.example.com,,https://b.example.com', /entry 2 is empty/],
    'an origin with a quote': ["'https://a.example", /has a quote at one end: remove it/],
    'any origin': ['*', /entry 1 is a pattern/],
    'a wildcard': ['https://*.hunter2.com', /entry 1 is a pattern/],
    'a wildcard in development': ['http://*', /entry 1 is a pat/, development],
    'an expression': ['/hunter2\\.com$/', /entry 1 is a pattern/],
    'null for an origin': ['null', /entry 1 is null/],
    'a bare host': ['hunter2.com', /entry 1 has no scheme/],
    'a host and port': ['localhost:5173', /entry 1 has no scheme/, development],
    'a trailing slash': ['https://a.example.com,https://hunter2.com/', /entry 2 ends in a slash/],
    'a path': ['https://hunter2.com/app', /entry 1 has a path/],
    'a query': ['https://hunter2.com?a=b', /entry 1 has a path/],
    'a fragment': ['https://hunter2.com#a', /entry 1 has a path/],
    'user information': ['https://hunter2@a.com', /entry 1 has user/],
    'the default port': ['https://hunter2.com:443', /.*default port/],
    'upper case': ['https://Hunter2.com', /entry 1 has upper-case/],
    'an upper-case scheme': ['HTTPS://hunter2.com', /.*upper-case/],
    'an unencoded name': ['https://bücher.com', /.*browsers write it/],
    'a trailing dot': ['https://hunter2.com.', /entry 1 ends in a dot/],
    'an impossible host': ['https://hunter2:x', /.*valid origin/],
    'http in production': ['http://hunter2.com', /.*not https/],
    'public http in development': ['http://hunter2.com', /.*not https/, development],
    'another scheme': ['capacitor://hunter2.com', /.*not https/],
    'localhost in production': ['https://localhost', /.*private/],
    'a port of localhost in production': [
      'http://localhost:5173',
      /entry 1 is a local or private host/,
    ],
    'loopback in production': ['https://127.0.0.2', /.*private/],
    'IPv6 loopback in production': ['https://[::1]:8443', /.*private/],
    'a private address': ['https://192.168.1.2', /.*private/],
    'an empty label': ['https://a..b', /entry 1 is not a valid origin/],
    'an empty first label': ['https://.a.com', /entry 1 is not a valid origin/],
    'port 0': ['https://hunter2.com:0', /entry 1 names port 0/],
    'a country’s suffix': ['https://co.uk', /.*bare suffix/],
    'a suffix of two levels': ['https://a.run.app', /.*bare suffix/],
    'a suffix with a wildcard': ['https://hunter2.ck', /.*bare suffix/],
    'a bare suffix': ['https://vercel.app', /entry 1 is a bare suf/],
    'another bare suffix': ['https://up.railway.app', /.*bare suffix/],
    'an origin twice': [
      'https://hunter2.com,https://a.example.com,https://hunter2.com',
      /entry 3 repeats entry 1/,
    ],
  },
}

/** The problems of an environment, none of which may hold a value or break its line. */
const problemsOf = (make: (env: Env) => unknown, env: Env): readonly string[] => {
  try {
    make(env)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    assert.equal(error.message, `configuration refused: ${error.problems.join('; ')}`)
    for (const problem of error.problems) assertNothingLeaks(problem, env)
    return error.problems
  }
  return assert.fail('accepted')
}

// words that the remedies themselves need
const speakable = new Set(['production', 'development', 'test', 'null', '*', '0', 'x'])

const assertNothingLeaks = (problem: string, env: Env): void => {
  assert.doesNotMatch(problem, /\n|hunter2/i)
  for (const value of Object.values(env)) {
    const parts = [value?.trim() ?? '', ...(value ?? '').split(/[\s,]+/)]
    for (const part of parts)
      if (part !== '' && !speakable.has(part)) assert.ok(!problem.includes(part), problem)
  }
}

const assertRefused = (make: (env: Env) => unknown, env: Env, problem: RegExp): void => {
  const problems = problemsOf(make, env)
  assert.equal(problems.length, 1, problems.join('\n'))
  assert.match(problems[0] ?? '', problem)
}

describe('refused, by exactly one problem without a value in it:', () => {
  for (const [variable, rows] of Object.entries(refused))
    for (const [name, [change, problem, base = production]] of Object.entries(rows))
      test(name, () => {
        const changed = typeof change === 'object' ? change : { [variable]: change }
        const whole = new RegExp(`^${variable} ${problem.source}`)
        assertRefused(configOf, { ...base, ...changed }, whole)
      })
})

describe('refused with the missing name first and then the one that was meant:', () => {
  const rows: [missing: string, name: string, base?: Env][] = [
    ['DATABASE_URL', 'DB_URL'],
    ['DATABASE_URL', 'POSTGRES_URL'],
    ['DATABASE_URL', 'DATABASE_URI'],
    ['DATABASE_URL', 'DATABSE_URL'],
    ['DATABASE_URL', '\tDATABASE_URL'],
    ['CORS_ORIGINS', 'CORS_ORIGIN'],
    ['CORS_ORIGINS', 'ALLOWED_ORIGINS'],
    ['CORS_ORIGINS', 'cors_origins'],
    ['BETTER_AUTH_SECRET', 'AUTH_SECRET'],
    ['BETTER_AUTH_SECRET', 'BETTER_AUTH_SECERT'],
    ['PORT', 'Port'],
  ]
  for (const [missing, name] of rows)
    test(`${missing} as ${JSON.stringify(name)}`, () => {
      const env = { ...production, [missing]: undefined, [name]: 'hunter2' }
      const problems = problemsOf(configOf, env)
      assert.equal(problems.length, 2, problems.join('\n'))
      assert.match(problems[0] ?? '', new RegExp(`^${missing} is missing`))
      const shown = `${missing} is not read from ${JSON.stringify(name)}: rename that variable`
      assert.equal(problems[1], shown)
    })
})

test('nothing at all is told about in full', () => {
  const names = problemsOf(configOf, {}).map((problem) => problem.split(' ', 1)[0])
  assert.deepEqual(names, ['PORT', 'CORS_ORIGINS', 'DATABASE_URL', 'BETTER_AUTH_SECRET'])
})

test('problems of every kind come at once', () => {
  const env = { PORT: 'a', LOG_LEVEL: 'b', CORS_ORIGINS: 'c,d', DB_URL: 'e', JWT_SECRET: 'hunter2' }
  try {
    configOf(env)
    assert.fail('accepted')
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    const names = error.problems.map((problem) => problem.split(' ', 1)[0])
    const listed = ['CORS_ORIGINS', 'CORS_ORIGINS', 'DATABASE_URL', 'JWT_SECRET', 'DATABASE_URL']
    assert.deepEqual(names, ['PORT', 'LOG_LEVEL', ...listed])
  }
})

describe('for migrations', () => {
  test('the direct URL is all that production needs', () => {
    assert.deepEqual(migrationConfigOf({ DATABASE_URL_UNPOOLED: direct }), {
      environment: 'production',
      database: { url: direct },
      logLevel: 'info',
    })
  })

  test('the certificate goes along, and what only the service reads is not looked at', () => {
    const env = { DATABASE_URL_UNPOOLED: direct, DATABASE_CA: pem, PORT: 'a', ' JWT_SECRET': 'b' }
    assert.equal(migrationConfigOf(env).database.ca, `${pem.trim()}\n`)
  })

  test('the ordinary URL will do outside production', () => {
    const { APP_ENV, DATABASE_URL } = development
    assert.equal(migrationConfigOf({ APP_ENV, DATABASE_URL }).database.url, DATABASE_URL)
  })

  const rows: Record<string, [env: Env, problem: RegExp]> = {
    'no URL': [{}, /^DATABASE_URL_UNPOOLED is missing/],
    'the ordinary URL in production': [
      { DATABASE_URL: direct },
      /^DATABASE_URL_UNPOOLED is missing/,
    ],
    'a pooler': [{ DATABASE_URL_UNPOOLED: url }, /^DATABASE_URL_UNPOOLED names a pooler/],
    'a pooler in development': [
      { APP_ENV: 'development', DATABASE_URL: url },
      /^DATABASE_URL_UNPOOLED is missing and DATABASE_URL names a pooler/,
    ],
    'a broken URL': [{ DATABASE_URL_UNPOOLED: 'hunter2' }, /^DATABASE_URL_UNPOOLED must start/],
    'an unreadable certificate': [
      { DATABASE_URL_UNPOOLED: direct, DATABASE_CA: '/hunter2' },
      /^DATABASE_CA is neither/,
    ],
    'a near miss': [
      { DATABASE_URL_UNPOOLED: direct, 'APP_ENV ': 'hunter2' },
      /^APP_ENV is not read from "APP_ENV "/,
    ],
  }
  for (const [name, [env, problem]] of Object.entries(rows))
    test(`${name} is refused`, () => assertRefused(migrationConfigOf, env, problem))
})
