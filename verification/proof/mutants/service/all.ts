import { crowdMutants } from './crowds.ts'
import { echoMutants } from './echoes.ts'
import { errorMutants } from './errors.ts'
import { exposureMutants } from './exposure.ts'
import { healthMutants } from './health.ts'
import { limitMutants } from './limits.ts'
import { oddFormMutants } from './odd-forms.ts'
import { parserTextMutants } from './parser-texts.ts'
import { partialPolicyMutants } from './partial-policies.ts'
import { policyMutants } from './policies.ts'
import { responseMutants } from './responses.ts'
import { stateMutants } from './states.ts'
import { toldTogetherMutants } from './told-together.ts'
import { amongIdsMutants, unaskedMutants } from './unasked.ts'

export const serviceMutants = [
  ...healthMutants,
  ...limitMutants,
  ...exposureMutants,
  ...errorMutants,
  ...echoMutants,
  ...responseMutants,
  ...partialPolicyMutants,
  ...policyMutants,
  ...crowdMutants,
  ...parserTextMutants,
  ...unaskedMutants,
  ...amongIdsMutants,
  ...oddFormMutants,
  ...stateMutants,
  ...toldTogetherMutants,
]
