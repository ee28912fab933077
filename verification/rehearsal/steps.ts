import type { Step } from './step.ts'
import { buildSteps } from './steps/build.ts'
import { databaseSteps } from './steps/database.ts'
import { deploySteps } from './steps/deploy.ts'
import { keySteps } from './steps/keys.ts'
import { platformSteps } from './steps/platform.ts'
import { restoreSteps } from './steps/restore.ts'
import { startSteps } from './steps/start.ts'
import { verifySteps } from './steps/verify.ts'
import { acknowledgedWrites } from './steps/writes.ts'

/** A deployment from its commit through everything that may go wrong with it, in this order. */
export const steps: readonly Step[] = [
  ...buildSteps,
  ...platformSteps,
  ...startSteps,
  ...verifySteps,
  ...deploySteps,
  ...databaseSteps,
  ...keySteps,
  acknowledgedWrites,
  ...restoreSteps,
]
