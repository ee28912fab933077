import type { Check } from '../../engine/check.ts'
import { everyForm } from './every-form.ts'
import { foreign } from './foreign.ts'
import { keys } from './keys.ts'
import { everyBranch } from './lists/branches.ts'
import { lists } from './lists/lists.ts'
import { nearIds } from './near-ids.ts'
import { nearOwners } from './near-owners.ts'
import { shapedRequests } from './shaped.ts'
import { sideChannels } from './side-channels.ts'
import { writes } from './writes.ts'

/** What one user has is to another as if it were not: unseen, untouched, uncounted. */
export const isolation: readonly Check[] = [
  ...foreign,
  ...keys,
  ...lists,
  ...writes,
  ...everyBranch,
  ...everyForm,
  ...shapedRequests,
  ...nearIds,
  ...sideChannels,
  ...nearOwners,
]
