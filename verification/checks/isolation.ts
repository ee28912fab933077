import type { Check } from '../check.ts'
import { foreign } from './isolation-foreign.ts'
import { keys } from './isolation-keys.ts'
import { lists } from './isolation-lists.ts'
import { writes } from './isolation-writes.ts'

/** What one user has is to another as if it were not: unseen, untouched, uncounted. */
export const isolation: readonly Check[] = [...foreign, ...keys, ...lists, ...writes].sort(
  (one, other) => one.id.localeCompare(other.id),
)
