import type { Check } from '../check.ts'
import { ofChanges } from './consistency-changes.ts'
import { ofFilters } from './consistency-filters.ts'
import { ofKeys } from './consistency-keys.ts'
import { ofLists } from './consistency-lists.ts'
import { ofOneTask } from './consistency-task.ts'

/** What is written is kept, whole and once, and is found again wherever it is looked for. */
export const consistency: readonly Check[] = [
  ...ofOneTask,
  ...ofChanges,
  ...ofKeys,
  ...ofLists,
  ...ofFilters,
].sort((one, other) => one.id.localeCompare(other.id))
