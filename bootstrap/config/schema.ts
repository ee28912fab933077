import type { FormatName } from './formats.ts'

export interface Variable {
  doc: string
  format: FormatName | string[]
  default: string | number | null
  env: string
  /** never to be printed, committed or logged */
  secret: boolean
  /** when it has to be given, in words; where absent it never has to */
  required?: string
  /** what an absent one amounts to, where that is no constant */
  otherwise?: string
  /** set by Railway itself (docs.railway.com/variables/reference) */
  platform?: true
  nullable?: true
  min?: number
  max?: number
}

const publicly = { secret: false } as const
const secretly = { secret: true, format: 'text' } as const
const optional = { default: null, nullable: true } as const

/**
 * Every environment variable that is read, and nothing besides: no file, no argument, no other
 * name.
 */
export const schema = {
  PORT: {
    ...publicly,
    ...optional,
    doc: 'Port to listen on. Railway gives it.',
    format: 'whole number',
    min: 1,
    max: 65_535,
    env: 'PORT',
    required: 'in production',
    otherwise: '8000 outside production',
  },
  HOST: {
    ...publicly,
    ...optional,
    doc: 'Address to listen on. `::` is IPv4 and IPv6, which Railway’s network needs.',
    format: 'address',
    otherwise: '`::`, or `0.0.0.0` on a machine without IPv6',
    env: 'HOST',
  },
  APP_ENV: {
    ...publicly,
    doc: 'Which rules apply. Nothing else, NODE_ENV included, loosens production’s.',
    format: ['production', 'development', 'test'],
    default: 'production',
    env: 'APP_ENV',
  },
  DATABASE_URL: {
    ...secretly,
    ...optional,
    doc: 'PostgreSQL for requests, on Neon the pooled host: `postgresql://user:password@host/name`. In production TLS is verified whatever `sslmode` says.',
    env: 'DATABASE_URL',
    required: 'yes',
  },
  DATABASE_URL_UNPOOLED: {
    ...secretly,
    ...optional,
    doc: 'The same database without a pooler between, for `migrate` only.',
    env: 'DATABASE_URL_UNPOOLED',
    required: 'by `migrate`',
  },
  DATABASE_CA: {
    ...publicly,
    ...optional,
    doc: 'Certificate of the database’s issuer, as PEM text or a file’s path, where no public one signed it.',
    format: 'text',
    env: 'DATABASE_CA',
    otherwise: 'public roots',
  },
  DATABASE_POOL_MAX: {
    ...publicly,
    doc: 'Connections per replica, and one more while all of them are silent. Times replicas they have to stay below the database’s limit.',
    format: 'whole number',
    min: 1,
    max: 500,
    default: 10,
    env: 'DATABASE_POOL_MAX',
  },
  DATABASE_QUEUE_MAX: {
    ...publicly,
    doc: 'How many statements may wait while others use every connection; the next one is refused at once. Reads of one moment share statements.',
    format: 'whole number',
    min: 0,
    max: 10_000,
    default: 100,
    env: 'DATABASE_QUEUE_MAX',
  },
  BETTER_AUTH_SECRET: {
    ...secretly,
    ...optional,
    doc: 'Secret shared with the issuer of HS256 tokens, 32 random bytes or more: `openssl rand -base64 48`.',
    env: 'BETTER_AUTH_SECRET',
    required: 'unless AUTH_JWKS_URL is set',
  },
  JWT_SECRET: {
    ...secretly,
    ...optional,
    doc: 'Another name for BETTER_AUTH_SECRET. Where both are set they must be equal.',
    env: 'JWT_SECRET',
  },
  AUTH_JWKS_URL: {
    ...publicly,
    ...optional,
    doc: 'The issuer’s key set, with Better Auth `https://…/api/auth/jwks`; instead of a secret.',
    format: 'text',
    env: 'AUTH_JWKS_URL',
    required: 'unless a secret is set',
  },
  AUTH_ISSUER: {
    ...publicly,
    ...optional,
    doc: 'Accepted `iss`, separated by commas.',
    format: 'comma list',
    env: 'AUTH_ISSUER',
    otherwise: 'with a key set its origin, with a secret any',
  },
  AUTH_AUDIENCE: {
    ...publicly,
    ...optional,
    doc: 'Accepted `aud`, separated by commas.',
    format: 'comma list',
    env: 'AUTH_AUDIENCE',
    otherwise: 'with a key set its origin, with a secret any',
  },
  CORS_ORIGINS: {
    ...publicly,
    ...optional,
    doc: 'Exact origins of the frontends, separated by commas: `https://app.example.com`. No patterns.',
    format: 'comma list',
    env: 'CORS_ORIGINS',
    required: 'yes',
  },
  API_DOCS: {
    ...publicly,
    ...optional,
    doc: 'Whether /docs and /openapi.json are served.',
    format: ['enabled', 'disabled'],
    env: 'API_DOCS',
    otherwise: '`disabled` in production, else `enabled`',
  },
  RATE_LIMIT_PER_MINUTE: {
    ...publicly,
    doc: 'Requests a minute per owner, or per client address where there is no valid token; counted per replica.',
    format: 'whole number',
    min: 1,
    max: 1_000_000,
    default: 1200,
    env: 'RATE_LIMIT_PER_MINUTE',
  },
  EVENT_LOOP_DELAY_MAX_MS: {
    ...publicly,
    doc: 'How late the event loop may run on average over a second, in milliseconds, before requests are refused as `overloaded`.',
    format: 'whole number',
    min: 20,
    max: 60_000,
    default: 200,
    env: 'EVENT_LOOP_DELAY_MAX_MS',
  },
  LOG_LEVEL: {
    ...publicly,
    doc: 'The least level that is logged.',
    format: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    default: 'info',
    env: 'LOG_LEVEL',
  },
  SHUTDOWN_TIMEOUT_MS: {
    ...publicly,
    doc: 'How long running requests get after SIGTERM. Set RAILWAY_DEPLOYMENT_DRAINING_SECONDS on the service to more than this: Railway’s default is 0, a kill at once.',
    format: 'whole number',
    min: 100,
    max: 600_000,
    default: 8000,
    env: 'SHUTDOWN_TIMEOUT_MS',
  },
  RAILWAY_ENVIRONMENT_NAME: {
    ...publicly,
    ...optional,
    doc: 'Its presence tells that Railway’s edge is in front; `production` there goes with no other APP_ENV.',
    format: 'text',
    env: 'RAILWAY_ENVIRONMENT_NAME',
    platform: true,
  },
  RAILWAY_GIT_COMMIT_SHA: {
    ...publicly,
    ...optional,
    doc: 'The release that /health names; absent after `railway up`.',
    format: 'commit hash',
    env: 'RAILWAY_GIT_COMMIT_SHA',
    platform: true,
  },
} satisfies Record<string, Variable>

export type VariableName = keyof typeof schema

/** The same, for those who loop over it. */
export const variables: readonly Variable[] = Object.values(schema)
