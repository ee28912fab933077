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
const inJwks = { ...noAuth, AUTH_JWKS_URL: jwks }

test('production, with everything else at its default', () => {
  assert.deepEqual(configOf(production), {
    environment: 'production',
    http: {
      port: 3000,
      host: '::',
      corsOrigins: ['https://app.example.com'],
      docs: false,
      rateLimitPerMinute: 1200,
      behindRailway: false,
      release: null,
    },
    database: { url, poolMax: 10, queueMax: 100 },
    auth: { mode: 'shared-secret', secret },
    logLevel: 'info',
    shutdownTimeoutMs: 8000,
  })
})

test('a configuration is frozen to its leaves', () => {
  const config = configOf(production)
  for (const part of [config, config.http, config.http.corsOrigins, config.database, config.auth])
    assert.ok(Object.isFrozen(part))
})

/** what is changed, where it shows, and what it is there */
const accepted: Record<string, [base: Env, change: Env, path: string, value: unknown]> = {
  'development on port 8000': [development, {}, 'http.port', 8000],
  'development with docs': [development, {}, 'http.docs', true],
  'the test environment': [development, { APP_ENV: 'test' }, 'environment', 'test'],
  'docs in production when asked for': [production, { API_DOCS: 'enabled' }, 'http.docs', true],
  'no docs in development when asked for': [
    development,
    { API_DOCS: 'disabled' },
    'http.docs',
    false,
  ],
  'the lowest port': [production, { PORT: '1' }, 'http.port', 1],
  'the highest port': [production, { PORT: '65535' }, 'http.port', 65535],
  'values with white space around them': [production, { PORT: ' 3000\n' }, 'http.port', 3000],
  'blank values as missing ones': [production, { LOG_LEVEL: ' ' }, 'logLevel', 'info'],
  'an address': [production, { HOST: '127.0.0.1' }, 'http.host', '127.0.0.1'],
  'several origins': [
    production,
    { CORS_ORIGINS: 'https://a.example.com, https://b.vercel.app:8443' },
    'http.corsOrigins',
    ['https://a.example.com', 'https://b.vercel.app:8443'],
  ],
  'an https origin in development': [
    development,
    { CORS_ORIGINS: 'https://app.example.com' },
    'http.corsOrigins',
    ['https://app.example.com'],
  ],
  'the other name of the secret': [
    production,
    { ...noAuth, JWT_SECRET: secret },
    'auth.secret',
    secret,
  ],
  'both names with one secret': [production, { JWT_SECRET: secret }, 'auth.secret', secret],
  'a secret of 32 hexadecimal digits': [
    production,
    { BETTER_AUTH_SECRET: hex },
    'auth.secret',
    hex,
  ],
  'issuers beside a secret': [production, { AUTH_ISSUER: 'a,b' }, 'auth.issuers', ['a', 'b']],
  'audiences beside a secret': [production, { AUTH_AUDIENCE: 'c' }, 'auth.audiences', ['c']],
  'a key set': [production, inJwks, 'auth.mode', 'jwks'],
  'its origin for issuer': [production, inJwks, 'auth.issuers', ['https://auth.example.com']],
  'its origin for audience': [production, inJwks, 'auth.audiences', ['https://auth.example.com']],
  'another issuer': [production, { ...inJwks, AUTH_ISSUER: 'i' }, 'auth.issuers', ['i']],
  'another audience': [
    production,
    { ...inJwks, AUTH_AUDIENCE: 'x,y' },
    'auth.audiences',
    ['x', 'y'],
  ],
  'a key set on loopback in development': [
    development,
    { ...noAuth, AUTH_JWKS_URL: 'http://localhost:3000/api/auth/jwks' },
    'auth.issuers',
    ['http://localhost:3000'],
  ],
  'a direct URL': [production, { DATABASE_URL_UNPOOLED: direct }, 'database.unpooledUrl', direct],
  'a certificate as text': [production, { DATABASE_CA: pem }, 'database.ca', `${pem.trim()}\n`],
  'a certificate on one line': [
    production,
    { DATABASE_CA: pem.trim().replaceAll('\n', '\\n') },
    'database.ca',
    `${pem.trim()}\n`,
  ],
  'a pool': [production, { DATABASE_POOL_MAX: '7' }, 'database.poolMax', 7],
  'no queue at all': [production, { DATABASE_QUEUE_MAX: '0' }, 'database.queueMax', 0],
  'a rate': [production, { RATE_LIMIT_PER_MINUTE: '60' }, 'http.rateLimitPerMinute', 60],
  'a shutdown': [production, { SHUTDOWN_TIMEOUT_MS: '5000' }, 'shutdownTimeoutMs', 5000],
  Railway: [production, { RAILWAY_ENVIRONMENT_NAME: 'production' }, 'http.behindRailway', true],
  'a release': [production, { RAILWAY_GIT_COMMIT_SHA: 'abcdef0' }, 'http.release', 'abcdef0'],
  'unrelated names': [
    production,
    {
      HOSTNAME: 'x',
      NODE_ENV: 'development',
      PORTAGE: 'x',
      PATH: 'x',
      HOME: 'x',
      DATABASE_DB: 'x',
    },
    'environment',
    'production',
  ],
  'a near name beside the right one': [production, { DATABASE_URI: 'x' }, 'database.url', url],
  'the usual other names beside ours': [
    production,
    { DB_URL: 'x', POSTGRES_URL: 'x', ALLOWED_ORIGINS: 'x', AUTH_SECRET: 'x', CORS_ORIGIN: 'x' },
    'database.url',
    url,
  ],
  'a near name of a secret beside a key set': [
    production,
    { ...inJwks, AUTH_SECRET: 'x', JWE_SECRET: 'x', BETTER_AUTH_SECRETS: 'x' },
    'auth.mode',
    'jwks',
  ],
}

const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce((part, key) => (part as Record<string, unknown>)[key], value)

describe('accepted:', () => {
  for (const [name, [base, change, path, value]] of Object.entries(accepted))
    test(name, () => assert.deepEqual(at(configOf({ ...base, ...change }), path), value))
})

const origins = (list: string): Env => ({ CORS_ORIGINS: list })
const database = (text: string): Env => ({ DATABASE_URL: text })
const key = (text: string): Env => ({ BETTER_AUTH_SECRET: text })

/** what is changed, and the one problem that is to come of it */
const refused: Record<string, [base: Env, change: Env, problem: RegExp]> = {
  'no port': [production, { PORT: undefined }, /^PORT is missing/],
  'port 0': [production, { PORT: '0' }, /^PORT must be a whole number from 1/],
  'a port too high': [production, { PORT: '65536' }, /^PORT must be/],
  'a port with a unit': [production, { PORT: '80tcp' }, /^PORT must be/],
  'a fractional port': [production, { PORT: '80.25' }, /^PORT must be/],
  'a bad port in development': [development, { PORT: 'hunter2' }, /^PORT must be/],
  'a bad address': [production, { HOST: 'hunter2:80' }, /^HOST must be an address/],
  'an unknown environment': [production, { APP_ENV: 'hunter2' }, /^APP_ENV must be one of prod/],
  'an environment in another case': [production, { APP_ENV: 'Test' }, /^APP_ENV must be one of/],
  'development in Railway’s production': [
    development,
    { RAILWAY_ENVIRONMENT_NAME: 'production' },
    /^APP_ENV is not production in Railway’s/,
  ],
  'unknown docs': [production, { API_DOCS: 'true' }, /^API_DOCS must be one of enabled, disabled/],
  'an unknown level': [production, { LOG_LEVEL: 'verbose' }, /^LOG_LEVEL must be one of fatal/],
  'an empty pool': [production, { DATABASE_POOL_MAX: '-5432' }, /^DATABASE_POOL_MAX must be/],
  'a vast queue': [production, { DATABASE_QUEUE_MAX: '77777' }, /^DATABASE_QUEUE_MAX must be/],
  'no rate': [production, { RATE_LIMIT_PER_MINUTE: 'none' }, /^RATE_LIMIT_PER_MINUTE must be/],
  'an endless shutdown': [production, { SHUTDOWN_TIMEOUT_MS: '9e99' }, /^SHUTDOWN_TIMEOUT_MS must/],
  'a release that is none': [
    production,
    { RAILWAY_GIT_COMMIT_SHA: 'hunter2' },
    /^RAILWAY_GIT_COMMIT_SHA must be 7 to 64/,
  ],

  'no database': [production, { DATABASE_URL: undefined }, /^DATABASE_URL is missing/],
  'a blank database': [production, database(' \n'), /^DATABASE_URL is missing/],
  'no database in development': [development, { DATABASE_URL: '' }, /^DATABASE_URL is missing/],
  'another database': [production, database('mysql://u:hunter2@h/d'), /^DATABASE_URL must start/],
  'no user': [production, database('postgres://hunter2.com/d'), /^DATABASE_URL names no user/],
  'no database name': [
    production,
    database('postgres://u:hunter2@h'),
    /^DATABASE_URL names no data/,
  ],
  'several hosts': [production, database('postgres://u:hunter2@h,i/d'), /^DATABASE_URL .*several/],
  'a URL parameter': [production, database(`${url}&options=hunter2`), /^DATABASE_URL .* options/],
  'a broken direct URL': [
    production,
    { DATABASE_URL_UNPOOLED: 'hunter2' },
    /^DATABASE_URL_UNPOOLED must start/,
  ],
  'a pooled direct URL': [
    production,
    { DATABASE_URL_UNPOOLED: url },
    /^DATABASE_URL_UNPOOLED names a pooler: use the host without -pooler/,
  ],
  'an unreadable certificate': [
    production,
    { DATABASE_CA: '/hunter2.pem' },
    /^DATABASE_CA is neither/,
  ],
  'no certificate': [
    production,
    { DATABASE_CA: '-----BEGIN hunter2' },
    /^DATABASE_CA holds no PEM/,
  ],
  'a broken certificate': [
    production,
    { DATABASE_CA: '-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----' },
    /^DATABASE_CA holds a certificate that cannot be parsed/,
  ],

  'no way to verify tokens': [
    production,
    noAuth,
    /^BETTER_AUTH_SECRET is missing: .*AUTH_JWKS_URL/,
  ],
  'none in development': [development, noAuth, /^BETTER_AUTH_SECRET is missing/],
  'a short secret': [
    production,
    key(secret.slice(0, 31)),
    /^BETTER_AUTH_SECRET is shorter than 32/,
  ],
  'a short secret in tests': [
    development,
    { APP_ENV: 'test', ...key('hunter2') },
    /^BETTER_AUTH_SECRET is shorter/,
  ],
  'a short secret by its other name': [
    production,
    { ...noAuth, JWT_SECRET: 'hunter2' },
    /^JWT_SECRET is shorter/,
  ],
  'a published default': [
    production,
    key('better-auth-secret-12345678901234567890'),
    /^BETTER_AUTH_SECRET is a known placeholder/,
  ],
  'a placeholder': [
    development,
    key('your-secret-key-at-least-32-characters-long'),
    /^BETTER_AUTH_SECRET is a known placeholder/,
  ],
  'another placeholder': [
    production,
    key('CHANGE_ME_in_production_please_0123456789'),
    /^BETTER_AUTH_SECRET is a known placeholder/,
  ],
  'Supabase’s placeholder': [
    production,
    key('super-secret-jwt-token-with-at-least-32-characters-long'),
    /^BETTER_AUTH_SECRET is a known placeholder/,
  ],
  'an alphabet': [
    production,
    key('abcdefghijklmnopqrstuvwxyz0123456789'),
    /^BETTER_AUTH_SECRET is a known placeholder/,
  ],
  'a repeated word': [production, key('secret'.repeat(6)), /^BETTER_AUTH_SECRET repeats/],
  'a repeated half': [production, key('q7Zt0vB3xKpL9sWm'.repeat(2)), /^BETTER_AUTH_SECRET repeats/],
  'one character': [production, key('x'.repeat(64)), /^BETTER_AUTH_SECRET repeats/],
  'few characters': [
    production,
    key('zqzzqqzwzqqwzzwqzwwqzqzwwzqzqqwzwqzq'),
    /^BETTER_AUTH_SECRET has too few different characters/,
  ],
  'two secrets': [production, { JWT_SECRET: hex }, /^JWT_SECRET differs from BETTER_AUTH_SECRET/],
  'a secret and a key set': [
    production,
    { AUTH_JWKS_URL: jwks },
    /^AUTH_JWKS_URL is set beside BETTER_AUTH_SECRET/,
  ],
  'the other secret and a key set': [
    production,
    { ...inJwks, JWT_SECRET: secret },
    /^AUTH_JWKS_URL is set beside JWT_SECRET/,
  ],
  'a key set over http': [
    production,
    { ...noAuth, AUTH_JWKS_URL: 'http://hunter2.com/jwks' },
    /^AUTH_JWKS_URL is not https/,
  ],
  'a key set over http on loopback, in production': [
    production,
    { ...noAuth, AUTH_JWKS_URL: 'http://127.0.0.1/hunter2' },
    /^AUTH_JWKS_URL is not https/,
  ],
  'a key set over http elsewhere, in development': [
    development,
    { ...noAuth, AUTH_JWKS_URL: 'http://10.0.0.1/hunter2' },
    /^AUTH_JWKS_URL is not https/,
  ],
  'no URL for a key set': [
    production,
    { ...noAuth, AUTH_JWKS_URL: 'hunter2' },
    /^AUTH_JWKS_URL is not a valid URL/,
  ],
  'a key set with a password': [
    production,
    { ...noAuth, AUTH_JWKS_URL: 'https://u:hunter2@auth.example.com/jwks' },
    /^AUTH_JWKS_URL has user information/,
  ],
  'an empty issuer': [production, { AUTH_ISSUER: 'hunter2,' }, /^AUTH_ISSUER entry 2 is empty/],
  'an empty audience': [
    production,
    { AUTH_AUDIENCE: ',hunter2' },
    /^AUTH_AUDIENCE entry 1 is empty/,
  ],

  'no origin': [production, { CORS_ORIGINS: undefined }, /^CORS_ORIGINS is missing/],
  'no origin in development': [development, origins(''), /^CORS_ORIGINS is missing/],
  'an empty origin': [
    production,
    origins('https://a.example.com,,https://b.example.com'),
    /^CORS_ORIGINS entry 2 is empty/,
  ],
  'any origin': [production, origins('*'), /^CORS_ORIGINS entry 1 is a pattern/],
  'a wildcard': [
    production,
    origins('https://*.hunter2.com'),
    /^CORS_ORIGINS entry 1 is a pattern/,
  ],
  'a wildcard in development': [development, origins('http://*'), /^CORS_ORIGINS entry 1 is a pat/],
  'an expression': [production, origins('/hunter2\\.com$/'), /^CORS_ORIGINS entry 1 is a pattern/],
  'null for an origin': [production, origins('null'), /^CORS_ORIGINS entry 1 is null/],
  'a bare host': [production, origins('hunter2.com'), /^CORS_ORIGINS entry 1 has no scheme/],
  'a host and port': [
    development,
    origins('localhost:5173'),
    /^CORS_ORIGINS entry 1 has no scheme/,
  ],
  'a trailing slash': [
    production,
    origins('https://a.example.com,https://hunter2.com/'),
    /^CORS_ORIGINS entry 2 ends in a slash/,
  ],
  'a path': [production, origins('https://hunter2.com/app'), /^CORS_ORIGINS entry 1 has a path/],
  'a query': [production, origins('https://hunter2.com?a=b'), /^CORS_ORIGINS entry 1 has a path/],
  'a fragment': [production, origins('https://hunter2.com#a'), /^CORS_ORIGINS entry 1 has a path/],
  'user information': [
    production,
    origins('https://hunter2@a.com'),
    /^CORS_ORIGINS entry 1 has user/,
  ],
  'the default port': [
    production,
    origins('https://hunter2.com:443'),
    /^CORS_ORIGINS .*default port/,
  ],
  'upper case': [
    production,
    origins('https://Hunter2.com'),
    /^CORS_ORIGINS entry 1 has upper-case/,
  ],
  'an upper-case scheme': [
    production,
    origins('HTTPS://hunter2.com'),
    /^CORS_ORIGINS .*upper-case/,
  ],
  'an unencoded name': [
    production,
    origins('https://bücher.com'),
    /^CORS_ORIGINS .*browsers write it/,
  ],
  'a trailing dot': [
    production,
    origins('https://hunter2.com.'),
    /^CORS_ORIGINS entry 1 ends in a dot/,
  ],
  'an impossible host': [production, origins('https://hunter2:x'), /^CORS_ORIGINS .*valid origin/],
  'http in production': [production, origins('http://hunter2.com'), /^CORS_ORIGINS .*not https/],
  'public http in development': [
    development,
    origins('http://hunter2.com'),
    /^CORS_ORIGINS .*not https/,
  ],
  'another scheme': [production, origins('capacitor://hunter2.com'), /^CORS_ORIGINS .*not https/],
  'localhost in production': [production, origins('https://localhost'), /^CORS_ORIGINS .*private/],
  'a port of localhost in production': [
    production,
    origins('http://localhost:5173'),
    /^CORS_ORIGINS entry 1 is a local or private host/,
  ],
  'loopback in production': [production, origins('https://127.0.0.2'), /^CORS_ORIGINS .*private/],
  'IPv6 loopback in production': [
    production,
    origins('https://[::1]:8443'),
    /^CORS_ORIGINS .*private/,
  ],
  'a private address': [production, origins('https://192.168.1.2'), /^CORS_ORIGINS .*private/],
  'a bare suffix': [
    production,
    origins('https://vercel.app'),
    /^CORS_ORIGINS entry 1 is a bare suf/,
  ],
  'another bare suffix': [
    production,
    origins('https://up.railway.app'),
    /^CORS_ORIGINS .*bare suffix/,
  ],
  'an origin twice': [
    production,
    origins('https://hunter2.com,https://a.example.com,https://hunter2.com'),
    /^CORS_ORIGINS entry 3 repeats entry 1/,
  ],

  'a name with a space before it': [
    production,
    { ' DATABASE_URL': 'hunter2' },
    /^DATABASE_URL is not read from " DATABASE_URL": rename/,
  ],
  'a name with a line end after it': [
    production,
    { 'LOG_LEVEL\n': 'hunter2' },
    /^LOG_LEVEL is not read from "LOG_LEVEL\\n"/,
  ],
  'a name without its underscores': [
    production,
    { DATABASEURL: 'hunter2' },
    /^DATABASE_URL is not read from "DATABASEURL"/,
  ],
  'a name with one underscore too few': [
    production,
    { BETTERAUTH_SECRET: 'hunter2' },
    /^BETTER_AUTH_SECRET is not read from/,
  ],
  'a name in another case': [production, { port: 'hunter2' }, /^PORT is not read from "port"/],
  'a slip in an optional name': [
    production,
    { DATABASE_POOL_MX: 'hunter2' },
    /^DATABASE_POOL_MAX is not read from/,
  ],
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

describe('refused, by exactly one problem without a value in it:', () => {
  for (const [name, [base, change, problem]] of Object.entries(refused))
    test(name, () => {
      const problems = problemsOf(configOf, { ...base, ...change })
      assert.equal(problems.length, 1, problems.join('\n'))
      assert.match(problems[0] ?? '', problem)
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
    test(`${name} is refused`, () => {
      const problems = problemsOf(migrationConfigOf, env)
      assert.equal(problems.length, 1, problems.join('\n'))
      assert.match(problems[0] ?? '', problem)
    })
})
