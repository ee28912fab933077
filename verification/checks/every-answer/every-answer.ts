import type { Check } from '../../engine/check.ts'
import { contractual } from './contractual.ts'
import { echoes } from './echoes.ts'
import { headers } from './headers.ts'
import { policies } from './policies.ts'
import { secrecy } from './secrecy.ts'
import { taskLists } from './tasks/lists.ts'
import { owners } from './tasks/owners.ts'
import { tasks } from './tasks/tasks.ts'
import { theRun } from './the-run.ts'

/** What must hold for every answer of the run, whatever a check was after, and for the run itself. */
export const everyAnswer: readonly Check[] = [
  ...contractual,
  ...secrecy,
  ...echoes,
  ...headers,
  ...policies,
  ...tasks,
  ...owners,
  ...taskLists,
  ...theRun,
]
