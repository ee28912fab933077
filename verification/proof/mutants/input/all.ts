import { bodyMutants } from './bodies.ts'
import { forgivingMutants } from './forgiving.ts'
import { lenientMemberMutants } from './lenient-members.ts'
import { lenientQueryMutants } from './lenient-queries.ts'
import { memberLimitMutants } from './limits-of-members.ts'
import { mediaTypeMutants } from './media-types.ts'
import { queryMutants } from './queries.ts'
import { roundTripMutants } from './round-trips.ts'
import { sizeMutants } from './sizes.ts'
import { valueMutants } from './values.ts'

export const inputMutants = [
  ...bodyMutants,
  ...forgivingMutants,
  ...mediaTypeMutants,
  ...sizeMutants,
  ...valueMutants,
  ...roundTripMutants,
  ...lenientMemberMutants,
  ...queryMutants,
  ...lenientQueryMutants,
  ...memberLimitMutants,
]
