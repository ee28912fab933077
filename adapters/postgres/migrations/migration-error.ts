import { failureOf, remedyFor } from '../pool/failures.ts'

/** Why a migration cannot go on, in one line for the person who deploys; it holds no value of a row or URL. */
export class MigrationError extends Error {}

export interface ServerError {
  message?: string
  /** of a character in the text that was sent, from 1 */
  position?: string
}

/** Errors in data (class 22) quote it. All others name objects, or are the words of the file itself. */
export const saying = (error: ServerError): string => {
  const { code } = failureOf(error)
  if (code.startsWith('22')) return 'a row does not fit'
  const said = (error.message ?? '').replaceAll(/\s+/g, ' ')
  return code === '42501' ? `${said}: run migrate as the owner of the database` : said
}

/** Says what a person can do. Which of two variables the URL came from is not known here. */
export const explain =
  (doing: string) =>
  (error: unknown): never => {
    const failure = failureOf(error)
    if (failure.code === 'UNKNOWN') throw error
    const remedy = remedies.get(failure.code) ?? remedyFor(failure)
    const there = remedy
      .replace('DATABASE_URL', 'the database URL')
      .replace(/^none needed.*/, 'the database does not answer: migrate again when it does')
    throw new MigrationError(`the migration failed while ${doing} (${failure.code}): ${there}`)
  }

/** Where they differ from those of the service. */
const remedies = new Map([
  [
    '42501',
    'run migrate as the owner of the database, or grant the role create on it and its schema',
  ],
  ['55P03', 'it took too long: migrate again later'],
])
