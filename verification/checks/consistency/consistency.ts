import type { Check } from '../../engine/check.ts'
import { ofChanges } from './changes.ts'
import { ofEntityTags } from './conditions/entity-tags.ts'
import { ofPreconditions } from './conditions/preconditions.ts'
import { ofCursors } from './cursors.ts'
import { ofExpiry } from './expiry.ts'
import { ofKeyBindings } from './keys/key-bindings.ts'
import { ofKeys } from './keys/keys.ts'
import { ofLists } from './lists.ts'
import { ofNearTags } from './near-tags.ts'
import { ofOneTask } from './task.ts'

/** What is written is kept, whole and once, and is found again wherever it is looked for. */
export const consistency: readonly Check[] = [
  ...ofOneTask,
  ...ofChanges,
  ...ofKeys,
  ...ofLists,
  ...ofEntityTags,
  ...ofPreconditions,
  ...ofKeyBindings,
  ...ofCursors,
  ...ofNearTags,
  ...ofExpiry,
]
