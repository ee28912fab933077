import { secretWeakness } from '../../adapters/jwt/secret-strength.ts'
import { REMEDY } from './auth-config.ts'
import { originProblems } from './origins.ts'
import type { Problem, Values } from './variables.ts'

export interface HttpConfig {
  readonly port: number
  /** addresses to listen on: the first of them that this machine has */
  readonly hosts: readonly string[]
  readonly corsOrigins: readonly string[]
  readonly docs: boolean
  readonly rateLimitPerMinute: number
  readonly eventLoopDelayMaxMs: number
  /** whether Railway's edge is in front, so that its headers may be believed */
  readonly behindRailway: boolean
  readonly release: string | null
  readonly ownerLogKey: string | null
}

/** As Node itself chooses (nodejs.org/api/net.html#serverlisten). */
const ANY_HOST = ['::', '0.0.0.0']

const DEVELOPMENT_PORT = 8000

/** What the HTTP side needs of the variables. */
export const httpConfigOf = (values: Values, production: boolean): HttpConfig | Problem[] => {
  const { PORT: port, CORS_ORIGINS: origins } = values
  const problems: Problem[] = []
  if (production && port === null) {
    // a port that nobody routes to would look like a start and serve nobody
    problems.push({ name: 'PORT', text: 'is missing: set it to the port to listen on' })
  }
  if (origins === null) {
    const text = 'is missing: list the exact origin of every frontend, https://app.example.com'
    problems.push({ name: 'CORS_ORIGINS', text })
  }
  for (const text of originProblems(origins ?? [], { production })) {
    problems.push({ name: 'CORS_ORIGINS', text })
  }
  const { OWNER_LOG_KEY: ownerLogKey } = values
  const weakness = ownerLogKey === null ? undefined : secretWeakness(ownerLogKey)
  if (weakness) problems.push({ name: 'OWNER_LOG_KEY', text: `${weakness}: ${REMEDY}` })
  if (problems.length > 0) return problems
  return {
    port: port ?? DEVELOPMENT_PORT,
    hosts: values.HOST === null ? ANY_HOST : [values.HOST],
    corsOrigins: origins ?? [],
    docs: values.API_DOCS === null ? !production : values.API_DOCS === 'enabled',
    rateLimitPerMinute: values.RATE_LIMIT_PER_MINUTE,
    eventLoopDelayMaxMs: values.EVENT_LOOP_DELAY_MAX_MS,
    behindRailway: values.RAILWAY_ENVIRONMENT_NAME !== null,
    release: values.RAILWAY_GIT_COMMIT_SHA,
    ownerLogKey,
  }
}

/** The platform's production cannot be talked into laxer rules by a variable left over. */
export const environmentProblems = (values: Values): Problem[] =>
  values.RAILWAY_ENVIRONMENT_NAME === 'production' && values.APP_ENV !== 'production'
    ? [
        {
          name: 'APP_ENV',
          text: 'is not production in Railway’s production environment: remove it',
        },
      ]
    : []
