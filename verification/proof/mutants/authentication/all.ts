import { bearerTokenMutants } from './bearer-token.ts'
import { claimMutants } from './claims.ts'
import { oddClaimMutants } from './odd-claims.ts'
import { oneOperationMutants } from './one-operation.ts'
import { rejectionMutants } from './rejection.ts'
import { comparisonMutants, signatureMutants } from './signature.ts'
import { singleOperationMutants } from './single-operations.ts'

export const authenticationMutants = [
  ...signatureMutants,
  ...comparisonMutants,
  ...claimMutants,
  ...oddClaimMutants,
  ...bearerTokenMutants,
  ...rejectionMutants,
  ...singleOperationMutants,
  ...oneOperationMutants,
]
