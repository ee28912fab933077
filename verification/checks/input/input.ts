import type { Check } from '../../engine/check.ts'
import { bodies } from './bodies.ts'
import { early } from './early.ts'
import { everyRoute } from './every-route/every-route.ts'
import { headers } from './headers.ts'
import { lengths } from './lengths.ts'
import { queries } from './queries.ts'
import { sizes } from './sizes.ts'
import { values } from './values.ts'

/** What comes in is judged exactly: neither bent until it fits nor refused without need. */
export const input: readonly Check[] = [
  ...bodies,
  ...sizes,
  ...values,
  ...lengths,
  ...queries,
  ...headers,
  ...early,
  ...everyRoute,
]
