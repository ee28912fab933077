import { setTimeout as delay } from 'node:timers/promises'
import type { OwnedTasks, TaskStore } from '../../../application/ports/owned-tasks.ts'
import type { Owner } from '../../../domain/owner.ts'

type Override = (mine: OwnedTasks, owner: Owner) => Partial<OwnedTasks>

/** A store in which some methods of every owner's tasks are others. */
export const overriding = (override: Override) => ({
  tasks: (real: TaskStore): TaskStore => ({
    tasksOf: perOwner((owner) => {
      const mine = real.tasksOf(owner)
      return { ...mine, ...override(mine, owner) }
    }),
  }),
})

/** A store that takes owners for one whose names become the same. */
export const mergingOwners = (fold: (owner: string) => string) => ({
  tasks: (real: TaskStore): TaskStore => ({
    tasksOf: (owner) => real.tasksOf(fold(owner) as Owner),
  }),
})

/** One of something for each owner, kept as long as the service runs: stores are asked anew for each request. */
const perOwner = <T>(make: (owner: Owner) => T): ((owner: Owner) => T) => {
  const made = new Map<Owner, T>()
  return (owner) => {
    const kept = made.get(owner) ?? make(owner)
    made.set(owner, kept)
    return kept
  }
}

interface Others {
  /** the tasks of whoever created the one with this id */
  holding(id: string): OwnedTasks | undefined
  /** the tasks of each owner, or of those of whom this holds */
  all(when?: (other: Owner) => boolean): OwnedTasks[]
}

/** A store that remembers who owns what, so that a method can reach the tasks of others. */
export const crossingOwners = (
  override: (mine: OwnedTasks, others: Others, owner: Owner) => Partial<OwnedTasks>,
) => ({
  tasks: (real: TaskStore): TaskStore => {
    const creators = new Map<string, Owner>()
    const owners = new Set<Owner>()
    const others: Others = {
      holding: (id) => {
        const creator = creators.get(id)
        return creator && real.tasksOf(creator)
      },
      all: (when = () => true) => [...owners].filter(when).map(real.tasksOf),
    }
    return overriding((mine, owner) => {
      owners.add(owner)
      const create: OwnedTasks['create'] = async (draft, idempotency) => {
        const outcome = await mine.create(draft, idempotency)
        creators.set(outcome.task.id, owner)
        return outcome
      }
      return { create, ...override({ ...mine, create }, others, owner) }
    }).tasks(real)
  },
})

/** Long enough for a concurrent request to come between a read and a write. */
export const pause = () => delay(15)
