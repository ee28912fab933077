import type { Check } from '../check.ts'
import { authentication } from './authentication.ts'
import { consistency } from './consistency.ts'
import { cors } from './cors.ts'
import { everyAnswer } from './every-answer.ts'
import { exposure } from './exposure.ts'
import { health } from './health.ts'
import { input } from './input.ts'
import { isolation } from './isolation.ts'
import { performance } from './performance.ts'
import { reachability } from './reachability.ts'

/** Every check there is, in the order of reports. */
export const allChecks: readonly Check[] = [
  ...reachability,
  ...health,
  ...authentication,
  ...isolation,
  ...cors,
  ...exposure,
  ...input,
  ...consistency,
  ...performance,
  ...everyAnswer,
]
