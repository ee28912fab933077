import { type Check, groupOf, groups } from '../engine/check.ts'
import { authentication } from './authentication/authentication.ts'
import { consistency } from './consistency/consistency.ts'
import { cors } from './cors/cors.ts'
import { everyAnswer } from './every-answer/every-answer.ts'
import { exposure } from './exposure/exposure.ts'
import { health } from './health/health.ts'
import { input } from './input/input.ts'
import { isolation } from './isolation/isolation.ts'
import { performance } from './performance/performance.ts'
import { reachability } from './reachability/reachability.ts'
import { walk } from './walk/walk.ts'

const order = Object.keys(groups)
const rank = ({ id }: Check): number => order.indexOf(groupOf(id))

/** Every check there is, in the order of reports: by group, and there by id. */
export const allChecks: readonly Check[] = [
  ...reachability,
  ...health,
  ...authentication,
  ...isolation,
  ...cors,
  ...exposure,
  ...input,
  ...consistency,
  ...walk,
  ...performance,
  ...everyAnswer,
].sort((one, other) => rank(one) - rank(other) || one.id.localeCompare(other.id))
