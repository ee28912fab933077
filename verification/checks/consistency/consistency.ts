import type { Check } from '../../engine/check.ts'
import { ofChanges } from './changes.ts'
import { ofFilters } from './filters.ts'
import { ofKeys } from './keys.ts'
import { ofLists } from './lists.ts'
import { ofOneTask } from './task.ts'

/** What is written is kept, whole and once, and is found again wherever it is looked for. */
export const consistency: readonly Check[] = [
  ...ofOneTask,
  ...ofChanges,
  ...ofKeys,
  ...ofLists,
  ...ofFilters,
]
