import { batchMutants } from './batch.ts'
import { branchMutants } from './branches.ts'
import { disclosureMutants } from './disclosure.ts'
import { foreignTaskMutants } from './foreign-tasks.ts'
import { idempotencyKeyMutants } from './idempotency-keys.ts'
import { followedListMutants, listBranchMutants } from './list-branches.ts'
import { listMutants } from './lists.ts'
import { memberMutants } from './members.ts'
import { nearIdMutants } from './near-ids.ts'
import { nearOwnerMutants } from './near-owners.ts'
import { nearListMutants, nearStoreMutants } from './near-stores.ts'
import { requestMutants } from './requests.ts'
import { sidewaysMutants } from './side-ways.ts'

export const isolationMutants = [
  ...foreignTaskMutants,
  ...listMutants,
  ...requestMutants,
  ...disclosureMutants,
  ...idempotencyKeyMutants,
  ...batchMutants,
  ...branchMutants,
  ...nearOwnerMutants,
  ...nearIdMutants,
  ...listBranchMutants,
  ...followedListMutants,
  ...sidewaysMutants,
  ...memberMutants,
  ...nearStoreMutants,
  ...nearListMutants,
]
