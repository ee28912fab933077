import type { Check } from '../check.ts'
import { aftermathChecks } from './authentication-aftermath.ts'
import { anonymousChecks } from './authentication-anonymous.ts'
import { carrierChecks } from './authentication-carriers.ts'
import { claimChecks } from './authentication-claims.ts'
import { forgedChecks } from './authentication-forged.ts'
import { identityChecks } from './authentication-identity.ts'

/** Who is let in, as whom, and on what evidence. */
export const authentication: readonly Check[] = [
  ...identityChecks,
  ...anonymousChecks,
  ...carrierChecks,
  ...forgedChecks,
  ...claimChecks,
  ...aftermathChecks,
].sort((one, other) => one.id.localeCompare(other.id))
