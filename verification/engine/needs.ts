import type { Check, Need } from './check.ts'
import type { Settings } from './settings.ts'
import type { NotRun } from './verdict.ts'

/** Why a check is not run; undefined where it is. */
export const reasonNotToRun = (
  check: Check,
  settings: Settings,
  signal: AbortSignal,
): NotRun | undefined => {
  if (settings.waived.has(check.id)) return { reason: 'waived by name', waived: true }
  for (const need of check.needs ?? []) {
    const missing = missingFor(need, settings)
    if (missing) return missing
  }
  return signal.aborted ? { reason: String(signal.reason) } : undefined
}

/** What a target or a caller does not have; waived where that was chosen or lies in the nature of the target. */
export const missingFor = (need: Need, settings: Settings): NotRun | undefined => {
  const { users, vectors, level, target, frontend, expectedRelease } = settings
  const unless = (met: unknown, reason: string) => (met ? undefined : { reason, waived: true })
  switch (need) {
    case 'users':
      return unless(users, 'no users: VERIFY_LEVEL=public')
    case 'keys':
      if (vectors || level !== 'keys') return unless(vectors, `VERIFY_LEVEL=${level}`)
      return {
        reason:
          'VERIFY_LEVEL=keys needs a way to make ill-made tokens: give VECTORS or the secret, or set VERIFY_LEVEL=users',
      }
    case 'tls':
      return unless(target.protocol === 'https:', 'no TLS on loopback')
    case 'frontend':
      return unless(frontend, 'FRONTEND_URL is not given')
    case 'release':
      return unless(expectedRelease, 'EXPECTED_RELEASE is not given')
  }
}
