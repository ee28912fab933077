import { secretWeakness } from '../../adapters/jwt/secret-strength.ts'
import type { Problem, Values } from './variables.ts'

/** The secret before a change, and until when it is accepted, in milliseconds since the epoch. */
export interface PreviousSecret {
  readonly secret: string
  readonly untilMs: number
}

/** Longer than tokens of an API should live. Two secrets are two that may get out. */
const DAYS_MAX = 7

/**
 * A time that is over is none of the problems: the variables outlive it, and a service that starts anew at night must
 * not stay down for them.
 */
export const previousSecretOf = (
  values: Values,
  current: string | null,
  now = Date.now(),
): PreviousSecret | Problem[] | undefined => {
  const { BETTER_AUTH_SECRET_PREVIOUS: secret, BETTER_AUTH_SECRET_PREVIOUS_UNTIL: until } = values
  const untilMs = Date.parse(until ?? '')
  if (secret === null && until === null) return undefined
  const text = secretProblem(secret, current, values)
  const untilText = untilProblem(until, untilMs - now)
  const problems: Problem[] = []
  if (text !== undefined) problems.push({ name: 'BETTER_AUTH_SECRET_PREVIOUS', text })
  if (untilText !== undefined)
    problems.push({ name: 'BETTER_AUTH_SECRET_PREVIOUS_UNTIL', text: untilText })
  if (problems.length > 0) return problems
  return { secret: secret ?? '', untilMs }
}

const secretProblem = (
  secret: string | null,
  current: string | null,
  { AUTH_JWKS_URL }: Values,
): string | undefined => {
  if (AUTH_JWKS_URL !== null)
    return 'is set beside AUTH_JWKS_URL: remove it, the issuer publishes both keys while it rotates'
  if (secret === null)
    return 'is missing: give it, or remove BETTER_AUTH_SECRET_PREVIOUS_UNTIL where nothing changes'
  if (secret === current)
    return 'equals the current secret: give the one before it, or remove it where nothing changes'
  const weakness = secretWeakness(secret)
  return weakness && `${weakness}: remove it, whoever guesses it signs tokens for anybody`
}

const untilProblem = (until: string | null, aheadMs: number): string | undefined => {
  if (until === null) return 'is missing: say until when the previous secret is accepted'
  return aheadMs > DAYS_MAX * 86_400_000
    ? `is more than ${DAYS_MAX} days ahead: name an earlier time, when no token of the previous secret is valid any more`
    : undefined
}
