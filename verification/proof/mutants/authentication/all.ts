import { bearerTokenMutants } from './bearer-token.ts'
import { besideTheTokenMutants } from './beside-the-token.ts'
import { claimMutants } from './claims.ts'
import { oddClaimMutants } from './odd-claims.ts'
import { oddRequestMutants } from './odd-requests.ts'
import { oneOperationMutants } from './one-operation.ts'
import { rejectionMutants } from './rejection.ts'
import { comparisonMutants, makingMutants, signatureMutants } from './signature.ts'
import { singleOperationMutants } from './single-operations.ts'

export const authenticationMutants = [
  ...signatureMutants,
  ...comparisonMutants,
  ...makingMutants,
  ...claimMutants,
  ...oddClaimMutants,
  ...bearerTokenMutants,
  ...besideTheTokenMutants,
  ...rejectionMutants,
  ...singleOperationMutants,
  ...oneOperationMutants,
  ...oddRequestMutants,
]
