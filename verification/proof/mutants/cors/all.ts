import { originMutants } from './origins.ts'
import { partialHeaderMutants } from './partial-headers.ts'
import { preflightMutants } from './preflights.ts'
import { responseHeaderMutants } from './response-headers.ts'

export const corsMutants = [
  ...originMutants,
  ...preflightMutants,
  ...responseHeaderMutants,
  ...partialHeaderMutants,
]
