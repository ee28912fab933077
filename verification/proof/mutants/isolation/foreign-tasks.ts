import { crossingOwners } from '../../operators/store.ts'
import { mutants } from '../mutant.ts'

/** Reaching a task of another owner by its id. */
export const foreignTaskMutants = mutants('critical', ['I'], {
  'reads any task by id': crossingOwners((mine, { holding }) => ({
    get: (id) => (holding(id) ?? mine).get(id),
  })),
  'changes any task by id': crossingOwners((mine, { holding }) => ({
    update: (id, ...how) => (holding(id) ?? mine).update(id, ...how),
  })),
  'completes any task by id': crossingOwners((mine, { holding }) => ({
    complete: (id, how) => (holding(id) ?? mine).complete(id, how),
  })),
  'deletes any task by id': crossingOwners((mine, { holding }) => ({
    remove: (id, condition) => (holding(id) ?? mine).remove(id, condition),
  })),
  'deletes a foreign task and says 404': crossingOwners((mine, { holding }) => ({
    remove: async (id, condition) => {
      const removed = await mine.remove(id, condition)
      if (!removed) await holding(id)?.remove(id)
      return removed
    },
  })),
  'changes a foreign task and says 404': crossingOwners((mine, { holding }) => ({
    update: async (id, change, condition) => {
      const task = await mine.update(id, change, condition)
      if (!task) await holding(id)?.update(id, change)
      return task
    },
  })),
  'completes a foreign task and says 404': crossingOwners((mine, { holding }) => ({
    complete: async (id, how) => {
      const outcome = await mine.complete(id, how)
      if (!outcome) await holding(id)?.complete(id, {})
      return outcome
    },
  })),
})
