import type { Check } from '../../engine/check.ts'
import { aftermathChecks } from './aftermath.ts'
import { anonymousChecks } from './anonymous.ts'
import { carrierChecks } from './carriers.ts'
import { claimChecks } from './claims.ts'
import { forgedChecks } from './forged.ts'
import { identityChecks } from './identity.ts'

/** Who is let in, as whom, and on what evidence. */
export const authentication: readonly Check[] = [
  ...identityChecks,
  ...anonymousChecks,
  ...carrierChecks,
  ...forgedChecks,
  ...claimChecks,
  ...aftermathChecks,
].sort((one, other) => one.id.localeCompare(other.id))
