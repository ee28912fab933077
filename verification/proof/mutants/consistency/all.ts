import { bindingMutants } from './bindings.ts'
import { boundListMutants } from './bound-lists.ts'
import { combinationMutants } from './combinations.ts'
import { conditionMutants } from './conditions.ts'
import { demandMutants } from './demands.ts'
import { etagMutants } from './etags.ts'
import { filterMutants } from './filters.ts'
import { idempotencyMutants } from './idempotency.ts'
import { keptMutants } from './lost/kept.ts'
import { staleMutants } from './lost/stale.ts'
import { lookAlikeMutants } from './near/look-alikes.ts'
import { nearKeyMutants } from './near/near-keys.ts'
import { singleValueMutants } from './near/single-values.ts'
import { orderMutants } from './order.ts'
import { pageMutants } from './pages.ts'
import { recordMutants } from './records.ts'
import { representationMutants } from './representation.ts'
import { searchMutants } from './searches.ts'
import { sequenceListMutants } from './sequences/lists.ts'
import { sequenceMutants } from './sequences/tasks.ts'
import { writeMutants } from './writes.ts'

export const consistencyMutants = [
  ...writeMutants,
  ...etagMutants,
  ...idempotencyMutants,
  ...representationMutants,
  ...pageMutants,
  ...orderMutants,
  ...filterMutants,
  ...bindingMutants,
  ...conditionMutants,
  ...nearKeyMutants,
  ...lookAlikeMutants,
  ...boundListMutants,
  ...recordMutants,
  ...demandMutants,
  ...sequenceMutants,
  ...sequenceListMutants,
  ...combinationMutants,
  ...searchMutants,
  ...keptMutants,
  ...staleMutants,
  ...singleValueMutants,
]
