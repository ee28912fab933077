import { certificatesOf } from '../../adapters/postgres/database-ca.ts'
import { connectionTarget, isPoolerHost } from '../../adapters/postgres/pool/connection-url.ts'
import type { Problem, Values } from './variables.ts'

export interface DatabaseConfig {
  /** of a shape that `connectionTarget` accepts */
  readonly url: string
  readonly unpooledUrl?: string
  /** PEM */
  readonly ca?: string
  /** where absent, as many as the distance and the server ask for */
  readonly poolMax?: number
  /** how many statements may wait for a connection */
  readonly queueMax: number
}

/** What the service needs of the database's variables. */
export const databaseConfigOf = (
  values: Values,
  production: boolean,
): DatabaseConfig | Problem[] => {
  const { DATABASE_URL: url, DATABASE_URL_UNPOOLED: unpooledUrl } = values
  const { ca, problems } = caOf(values)
  if (url === null) problems.push({ name: 'DATABASE_URL', text: MISSING })
  problems.push(...urlProblems(values, 'DATABASE_URL', production))
  problems.push(...unpooledProblems(values, 'DATABASE_URL_UNPOOLED', production))
  if (problems.length > 0) return problems
  return {
    url: url ?? '',
    ...(unpooledUrl !== null && { unpooledUrl }),
    ...(ca !== undefined && { ca }),
    ...(values.DATABASE_POOL_MAX !== null && { poolMax: values.DATABASE_POOL_MAX }),
    queueMax: values.DATABASE_QUEUE_MAX,
  }
}

/**
 * What migrations need: a connection of their own. A session's advisory lock means nothing behind a
 * pooler in transaction mode (neon.com/docs/connect/connection-pooling).
 */
export const migrationDatabaseOf = (
  values: Values,
  production: boolean,
): { url: string; ca?: string } | Problem[] => {
  const name =
    values.DATABASE_URL_UNPOOLED !== null || production || values.DATABASE_URL === null
      ? 'DATABASE_URL_UNPOOLED'
      : 'DATABASE_URL'
  const url = values[name]
  const { ca, problems } = caOf(values)
  if (url === null) problems.push({ name, text: MISSING })
  problems.push(...unpooledProblems(values, name, production))
  if (problems.length > 0) return problems
  return { url: url ?? '', ...(ca !== undefined && { ca }) }
}

type UrlName = 'DATABASE_URL' | 'DATABASE_URL_UNPOOLED'

const MISSING = 'is missing: set it to postgresql://user:password@host/name'

const unpooledProblems = (values: Values, name: UrlName, production: boolean): Problem[] => {
  const problems = urlProblems(values, name, production)
  const url = values[name]
  if (url === null || problems.length > 0 || !isPoolerHost(new URL(url).hostname)) return problems
  return [
    name === 'DATABASE_URL'
      ? {
          name: 'DATABASE_URL_UNPOOLED',
          text: 'is missing and DATABASE_URL names a pooler: set it',
        }
      : { name, text: 'names a pooler: use the host without -pooler' },
  ]
}

const urlProblems = (values: Values, name: UrlName, production: boolean): Problem[] => {
  const url = values[name]
  if (url === null) return []
  try {
    connectionTarget(url, { production })
    return []
  } catch (error) {
    return [{ name, text: (error as Error).message }]
  }
}

const caOf = ({ DATABASE_CA }: Values): { ca?: string; problems: Problem[] } => {
  if (DATABASE_CA === null) return { problems: [] }
  try {
    return { ca: certificatesOf(DATABASE_CA), problems: [] }
  } catch (error) {
    return { problems: [{ name: 'DATABASE_CA', text: (error as Error).message }] }
  }
}
