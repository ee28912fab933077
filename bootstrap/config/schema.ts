import { variables as telemetryVariables } from '../../adapters/telemetry/variables.ts'
import type { FormatName } from './formats.ts'

export interface Variable {
  doc: string
  format: FormatName | string[]
  default?: string | number
  /** never to be printed, committed or logged */
  secret?: true
  /** when it has to be given, in words; where absent it never has to */
  required?: string
  /** what an absent one amounts to, where it has no default */
  otherwise?: string
  /** set by Railway itself (docs.railway.com/variables/reference) */
  platform?: true
  min?: number
  max?: number
}

/**
 * Every environment variable that is read, and nothing besides: no file, no argument, no other
 * name.
 */
export const schema = {
  PORT: {
    doc: 'Port to listen on. Railway gives it.',
    format: 'whole number',
    min: 1,
    max: 65_535,
    required: 'in production',
    otherwise: '8000 outside production',
  },
  HOST: {
    doc: 'Address to listen on. `::` is IPv4 and IPv6, which Railway’s network needs.',
    format: 'address',
    otherwise: '`::`, or `0.0.0.0` on a machine without IPv6',
  },
  APP_ENV: {
    doc: 'Which rules apply. Nothing else, NODE_ENV included, loosens production’s.',
    format: ['production', 'development', 'test'],
    default: 'production',
  },
  DATABASE_URL: {
    secret: true,
    format: 'text',
    doc: 'PostgreSQL for requests, on Neon the pooled host: `postgresql://user:password@host/name`. In production TLS is verified whatever `sslmode` says.',
    required: 'yes',
  },
  DATABASE_URL_UNPOOLED: {
    secret: true,
    format: 'text',
    doc: 'The same database without a pooler between, for `migrate` only.',
    required: 'by `migrate`',
  },
  DATABASE_CA: {
    doc: 'Certificate of the database’s issuer, as PEM text or a file’s path, where no public one signed it.',
    format: 'text',
    otherwise: 'public roots',
  },
  DATABASE_POOL_MAX: {
    doc: 'Connections per replica, and one more while all of them are silent. Times replicas they have to stay below the database’s limit.',
    format: 'whole number',
    min: 1,
    max: 500,
    otherwise:
      '10, and 2 for each ms to a distant database, within a quarter of its `max_connections` or all of a pooler’s',
  },
  DATABASE_QUEUE_MAX: {
    doc: 'How many statements may wait while others use every connection; the next one is refused at once, as is one that would wait for longer than 2 s. Requests of one moment share statements.',
    format: 'whole number',
    min: 0,
    max: 10_000,
    default: 1_000,
  },
  BETTER_AUTH_SECRET: {
    secret: true,
    format: 'text',
    doc: 'Secret shared with the issuer of HS256 tokens, 32 random bytes or more: `openssl rand -base64 48`.',
    required: 'unless AUTH_JWKS_URL is set',
  },
  JWT_SECRET: {
    secret: true,
    format: 'text',
    doc: 'Another name for BETTER_AUTH_SECRET. Where both are set they must be equal.',
  },
  BETTER_AUTH_SECRET_PREVIOUS: {
    secret: true,
    format: 'text',
    doc: 'What BETTER_AUTH_SECRET was before a change, accepted beside it for a time.',
  },
  BETTER_AUTH_SECRET_PREVIOUS_UNTIL: {
    doc: 'When that ends, at most a week ahead: `2026-12-01T06:00:00Z`.',
    format: 'instant',
    required: 'with BETTER_AUTH_SECRET_PREVIOUS',
  },
  AUTH_JWKS_URL: {
    doc: 'The issuer’s key set, with Better Auth `https://…/api/auth/jwks`; instead of a secret.',
    format: 'text',
    required: 'unless a secret is set',
  },
  AUTH_ISSUER: {
    doc: 'Accepted `iss`, separated by commas.',
    format: 'comma list',
    otherwise: 'with a key set its origin, with a secret any',
  },
  AUTH_AUDIENCE: {
    doc: 'Accepted `aud`, separated by commas.',
    format: 'comma list',
    otherwise: 'with a key set its origin, with a secret any',
  },
  CORS_ORIGINS: {
    doc: 'Exact origins of the frontends, separated by commas: `https://app.example.com`. No patterns.',
    format: 'comma list',
    required: 'yes',
  },
  API_DOCS: {
    doc: 'Whether /docs and /openapi.json are served.',
    format: ['enabled', 'disabled'],
    otherwise: '`disabled` in production, else `enabled`',
  },
  RATE_LIMIT_PER_MINUTE: {
    doc: 'Requests a minute per owner, or per client address where there is no valid token; counted per replica.',
    format: 'whole number',
    min: 1,
    max: 1_000_000,
    default: 1200,
  },
  EVENT_LOOP_DELAY_MAX_MS: {
    doc: 'How late the event loop may run on average over a second, in milliseconds, before requests are refused as `overloaded`.',
    format: 'whole number',
    min: 20,
    max: 60_000,
    default: 200,
  },
  LOG_LEVEL: {
    doc: 'The least level that is logged.',
    format: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    default: 'info',
  },
  OWNER_LOG_KEY: {
    secret: true,
    doc: 'Secret by which log lines name a request’s owner, to find them without the subject; without it they name none: the first 32 digits of `printf %s "$SUBJECT" | openssl dgst -sha256 -hmac "$OWNER_LOG_KEY"`.',
    format: 'text',
  },
  SHUTDOWN_TIMEOUT_MS: {
    doc: 'How long running requests get after SIGTERM. Set RAILWAY_DEPLOYMENT_DRAINING_SECONDS on the service to more than this: Railway’s default is 0, a kill at once.',
    format: 'whole number',
    min: 100,
    max: 600_000,
    default: 8000,
  },
  RAILWAY_ENVIRONMENT_NAME: {
    doc: 'Its presence tells that Railway’s edge is in front; `production` there goes with no other APP_ENV.',
    format: 'text',
    platform: true,
  },
  RAILWAY_GIT_COMMIT_SHA: {
    doc: 'The release that /health names; absent after `railway up`.',
    format: 'commit hash',
    platform: true,
  },
} satisfies Record<string, Variable>

export type VariableName = keyof typeof schema

export type NamedVariable = Variable & { name: string }

/** All of them, for those who loop over them; OpenTelemetry's are read and checked by its adapter. */
export const variables: readonly NamedVariable[] = [
  ...Object.entries(schema).map(([name, variable]) => ({ name, ...variable })),
  ...telemetryVariables.map((it) => ({ ...it, format: 'text' as const })),
]
