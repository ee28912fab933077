import { describe } from 'node:test'
import { completeTests } from './owned-tasks/complete.contract.ts'
import { createTests } from './owned-tasks/create.contract.ts'
import { getTests } from './owned-tasks/get.contract.ts'
import { idempotencyTests } from './owned-tasks/idempotency.contract.ts'
import { isolationTests } from './owned-tasks/isolation.contract.ts'
import { listFilterTests } from './owned-tasks/list-filter.contract.ts'
import { listOrderTests } from './owned-tasks/list-order.contract.ts'
import { preconditionsTests } from './owned-tasks/preconditions.contract.ts'
import { removeTests } from './owned-tasks/remove.contract.ts'
import { togetherTests } from './owned-tasks/together.contract.ts'
import { updateTests } from './owned-tasks/update.contract.ts'
import type { TaskStore } from './owned-tasks.ts'

/** What every task store must do. */
const groups = {
  create: createTests,
  get: getTests,
  'list order': listOrderTests,
  'list filter': listFilterTests,
  update: updateTests,
  complete: completeTests,
  remove: removeTests,
  preconditions: preconditionsTests,
  isolation: isolationTests,
  idempotency: idempotencyTests,
  'writes at the same moment': togetherTests,
}

/** Runs the contract on one store, which is asked for when the tests run and not before. */
export const taskStoreContract = (name: string, store: () => TaskStore): void => {
  for (const [group, tests] of Object.entries(groups))
    describe(`${name}: ${group}`, () => tests((owner) => store().tasksOf(owner)))
}
