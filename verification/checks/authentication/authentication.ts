import type { Check } from '../../engine/check.ts'
import { anonymousChecks } from './anonymous.ts'
import { callerChecks } from './callers.ts'
import { carrierChecks } from './carriers.ts'
import { claimChecks } from './claims.ts'
import { forgedChecks } from './forged.ts'
import { concurrentCallers, successiveCallers } from './mixed-callers.ts'
import { refusalChecks } from './refusals.ts'
import { enrolled } from './session.ts'
import { shapedChecks } from './shaped.ts'

/** Who is let in, as whom, and on what evidence. */
export const authentication: readonly Check[] = [
  ...enrolled([
    ...callerChecks,
    ...successiveCallers,
    ...anonymousChecks,
    ...carrierChecks,
    ...forgedChecks,
    ...claimChecks,
    ...shapedChecks,
  ]),
  ...concurrentCallers,
  ...refusalChecks,
]
