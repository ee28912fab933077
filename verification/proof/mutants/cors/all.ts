import { believedOriginMutants } from './believed.ts'
import { originMutants } from './origins.ts'
import { partialHeaderMutants } from './partial-headers.ts'
import { preflightMutants } from './preflights.ts'
import { responseHeaderMutants } from './response-headers.ts'
import { someAnswerMutants, someCodeMutants } from './some-answers.ts'

export const corsMutants = [
  ...originMutants,
  ...believedOriginMutants,
  ...preflightMutants,
  ...responseHeaderMutants,
  ...partialHeaderMutants,
  ...someAnswerMutants,
  ...someCodeMutants,
]
