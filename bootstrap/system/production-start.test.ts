import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { after, afterEach, before, describe, test } from 'node:test'
import getPort from 'get-port'
import { type Build, throwawayBuild } from './build.ts'
import { logOf, type Program, program } from './program.ts'

let built: Build
let running: Program | undefined

before(async () => {
  built = await throwawayBuild()
})
after(() => built.remove())
afterEach(() => running?.kill())

const secret = 'hV8nqT2xw5Zr0cJk7LmPs3YdUb9GfAeQiRoXt4W1'
const password = 'swordfish'
const complete: NodeJS.ProcessEnv = {
  PORT: '8123',
  DATABASE_URL: `postgresql://app:${password}@127.0.0.1:9/main`,
  BETTER_AUTH_SECRET: secret,
  CORS_ORIGINS: 'https://app.example.com',
}

const start = (env: NodeJS.ProcessEnv, entry = 'dist/main.js'): Program => {
  running = program([process.execPath, entry], { cwd: built.directory, env })
  return running
}

/** Ends a start that is refused, and returns what it said: lines of level fatal, nothing else. */
const refusal = async (env: NodeJS.ProcessEnv, entry?: string): Promise<unknown[]> => {
  const refused = start(env, entry)
  assert.equal(await refused.ended(), 1)
  assert.equal(refused.stderr(), '')
  for (const value of [secret, password, 'hunter2'])
    assert.ok(!refused.stdout().includes(value), refused.stdout())
  const lines = logOf(refused)
  for (const { level } of lines) assert.equal(level, 'fatal')
  return lines.map(({ message }) => message)
}

test('the build needs no package: it lies in a folder without any', () => {
  const names = readdirSync(built.directory).sort()
  assert.deepEqual(names, ['Procfile', 'adapters', 'dist', 'package.json'])
})

describe('a start is refused, with a line for each problem,', () => {
  const rows: Record<string, [change: NodeJS.ProcessEnv, ...problems: RegExp[]]> = {
    'without BETTER_AUTH_SECRET (EC-2)': [
      { BETTER_AUTH_SECRET: undefined },
      /^BETTER_AUTH_SECRET is missing: set a new one/,
    ],
    'without PORT': [{ PORT: undefined }, /^PORT is missing/],
    'with a PORT that is no number': [{ PORT: 'hunter2' }, /^PORT must be a whole number/],
    'with a PORT out of range': [{ PORT: '77777' }, /^PORT must be a whole number/],
    'with a short secret': [{ BETTER_AUTH_SECRET: 'hunter2' }, /^BETTER_AUTH_SECRET is shorter/],
    'with development’s rules on Railway': [
      { APP_ENV: 'development', RAILWAY_ENVIRONMENT_NAME: 'production' },
      /^APP_ENV is not production/,
    ],
    'with a name that begins with a space': [
      { DATABASE_URL: undefined, ' DATABASE_URL': 'postgres://hunter2' },
      /^DATABASE_URL is missing/,
      /^DATABASE_URL is not read from " DATABASE_URL": rename/,
    ],
    'with a name of another tool': [
      { CORS_ORIGINS: undefined, ALLOWED_ORIGINS: 'https://hunter2.com' },
      /^CORS_ORIGINS is missing/,
      /^CORS_ORIGINS is not read from "ALLOWED_ORIGINS"/,
    ],
    'with everything wrong at once': [
      { PORT: '-1', DATABASE_URL: 'mysql://hunter2', BETTER_AUTH_SECRET: '', CORS_ORIGINS: '*' },
      /^PORT must be/,
      /^CORS_ORIGINS entry 1 is a pattern/,
      /^DATABASE_URL must start with/,
      /^BETTER_AUTH_SECRET is missing/,
    ],
    'where NODE_ENV asks for development': [
      { NODE_ENV: 'development', BETTER_AUTH_SECRET: undefined },
      /^BETTER_AUTH_SECRET is missing/,
    ],
  }
  for (const [name, [change, ...problems]] of Object.entries(rows))
    test(name, async () => {
      const told = await refusal({ ...complete, ...change })
      assert.equal(told.length, problems.length, told.join('\n'))
      for (const [i, problem] of problems.entries()) assert.match(String(told[i]), problem)
    })

  test('by an old Node, before it parses what it may not know', async () => {
    const versions = '{ value: { ...process.versions, node: "18.20.8" } }'
    const old = `data:text/javascript,Object.defineProperty(process, 'versions', ${versions})`
    for (const entry of ['dist/main.js', 'dist/migrate.js', 'dist/owner.js']) {
      const env = { ...complete, NODE_OPTIONS: `--import="${encodeURI(old)}"` }
      const [told, ...more] = await refusal(env, entry)
      assert.match(
        String(told),
        /^Node 20\.19, or 22\.12 and later, is needed and this is 18\.20\.8/,
      )
      assert.deepEqual(more, [])
    }
  })
})

describe('an address that cannot be had is told in one line', () => {
  const listening = async (host: string) => {
    const other = createServer().listen(0, host)
    await once(other, 'listening')
    const address = other.address()
    return { other, port: typeof address === 'object' ? String(address?.port) : '' }
  }
  const fatal = (ended: Program) => logOf(ended).filter(({ level }) => level === 'fatal')

  const addresses = Object.values(networkInterfaces()).flat()
  const ipv6 = addresses.some((address) => address?.family === 'IPv6')
  for (const [host, skip] of [
    ['::', !ipv6 && 'this machine has no IPv6'],
    ['0.0.0.0', false],
  ] as const)
    test(`where ${host} has its port`, { skip }, async () => {
      const { other, port } = await listening(host)
      try {
        const service = start({ ...complete, PORT: port })
        assert.equal(await service.ended(), 1)
        assert.equal(service.stderr(), '')
        const [line, ...more] = fatal(service)
        assert.match(String(line?.message), new RegExp(`^PORT ${port} is taken: stop what`))
        assert.deepEqual(more, [])
      } finally {
        other.close()
      }
    })

  // RFC 5737: an address for documentation is nobody's; conda sets the name of its compiler's machine.
  for (const host of ['192.0.2.1', 'aarch64-conda-linux-gnu'])
    test(`where this machine does not have the HOST ${host}`, async () => {
      const service = start({ ...complete, HOST: host, PORT: String(await getPort()) })
      assert.equal(await service.ended(), 1)
      assert.deepEqual(
        fatal(service).map(({ message }) => String(message).split(':', 1)[0]),
        ['HOST is no address of this machine'],
      )
    })
})
