import { errorMutants } from './errors.ts'
import { exposureMutants } from './exposure.ts'
import { healthMutants } from './health.ts'
import { responseMutants } from './responses.ts'

export const serviceMutants = [
  ...healthMutants,
  ...exposureMutants,
  ...errorMutants,
  ...responseMutants,
]
