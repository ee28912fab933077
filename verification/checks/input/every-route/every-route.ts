import type { Check } from '../../../engine/check.ts'
import { lenientMembers } from './lenient-members.ts'
import { lenientQueries } from './lenient-queries.ts'
import { mediaTypes } from './media-types.ts'
import { syntax } from './syntax.ts'
import { transfer } from './transfer.ts'

/** What the contract declares of requests, tried on every operation that takes it. */
export const everyRoute: readonly Check[] = [
  ...mediaTypes,
  ...syntax,
  ...transfer,
  ...lenientMembers,
  ...lenientQueries,
]
