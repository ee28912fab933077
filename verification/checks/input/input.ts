import type { Check } from '../../engine/check.ts'
import { bodies } from './bodies.ts'
import { headers } from './headers.ts'
import { lengths } from './lengths.ts'
import { lenientMembers } from './lenient-members.ts'
import { lenientQueries } from './lenient-queries.ts'
import { mediaTypes } from './media-types.ts'
import { queries } from './queries.ts'
import { sizes } from './sizes.ts'
import { syntax } from './syntax.ts'
import { transfer } from './transfer.ts'
import { values } from './values.ts'

/** What comes in is judged exactly: neither bent until it fits nor refused without need. */
export const input: readonly Check[] = [
  ...bodies,
  ...mediaTypes,
  ...syntax,
  ...sizes,
  ...transfer,
  ...values,
  ...lengths,
  ...lenientMembers,
  ...queries,
  ...lenientQueries,
  ...headers,
]
