import { Fault } from '../../../../../domain/fault.ts'
import type { Task } from '../../../../../domain/task.ts'
import { overriding } from '../../../operators/store.ts'
import { mutants } from '../../mutant.ts'

/** No one walk meets everything: the seed of one that meets what the proof's own does not. */
const from = (seed: number) => ({ suite: { VERIFY_SEED: `${seed}` } })

/** What goes wrong with one task only after something else has been done to it. */
export const sequenceMutants = mutants('high', ['D-50'], {
  'toggles anew where a completion is replayed after a change': {
    ...from(4),
    ...overriding((mine) => ({
      complete: async (id, how) => {
        const outcome = await mine.complete(id, how)
        const now = outcome?.replayed ? await mine.get(id) : undefined
        if (!now || now.version === outcome?.task.version) return outcome
        const { idempotency: _, ...unkeyed } = how
        const again = await mine.complete(id, unkeyed)
        return again && { ...again, replayed: true }
      },
    })),
  },
  'creates anew where the task of a key is gone': {
    ...from(13),
    ...overriding((mine) => ({
      create: async (draft, idempotency) => {
        const outcome = await mine.create(draft, idempotency)
        return outcome.replayed && !(await mine.get(outcome.task.id)) ? mine.create(draft) : outcome
      },
    })),
  },
  'forgets the completions of a task that is gone': {
    ...from(1),
    ...overriding((mine) => ({
      complete: async (id, how) => ((await mine.get(id)) ? mine.complete(id, how) : undefined),
    })),
  },
  'takes the tag of two changes ago': {
    ...from(7),
    ...overriding((mine) => ({
      update: async (id, change, condition) => {
        const { version = 0 } = (await mine.get(id)) ?? {}
        const old = condition?.includes(version - 2)
        return mine.update(id, change, old ? undefined : condition)
      },
    })),
  },
  'moves updated_at at the third update that changes nothing': {
    ...from(8),
    ...overriding((mine) => {
      const idle = new Map<string, number>()
      return {
        update: async (id, change, condition) => {
          const before = await mine.get(id)
          const after = await mine.update(id, change, condition)
          if (!after || after.version !== before?.version) return after
          idle.set(id, (idle.get(id) ?? 0) + 1)
          return Number(idle.get(id)) % 3 > 0
            ? after
            : { ...after, updatedAt: new Date().toISOString() }
        },
      }
    }),
  },
  'merges tags where some are there already': {
    ...from(1),
    ...overriding((mine) => ({
      update: async (id, change, condition) => {
        const { tags = [] } = (await mine.get(id)) ?? {}
        const merged = change.tags && { tags: [...new Set([...tags, ...change.tags])] }
        return mine.update(id, { ...change, ...merged }, condition)
      },
    })),
  },
  'keeps a due date that is cleared beside a description': {
    ...from(6),
    ...overriding((mine) => ({
      update: (id, change, condition) => {
        const { dueDate: _, ...others } = change
        const keeps = change.dueDate === null && change.description !== undefined
        return mine.update(id, keeps ? others : change, condition)
      },
    })),
  },
  'ignores If-Match where a completed task is toggled': {
    ...from(8),
    ...overriding((mine) => ({
      complete: async (id, { condition, ...how }) => {
        const ignored = how.completed === undefined && (await mine.get(id))?.completed
        return mine.complete(id, { ...how, ...(condition && !ignored && { condition }) })
      },
    })),
  },
  'completes a task although it says that the precondition failed': {
    ...from(6),
    ...overriding((mine) => ({
      update: async (id, change, condition) => {
        try {
          return await mine.update(id, change, condition)
        } catch (error) {
          if (error instanceof Fault && error.code === 'precondition_failed')
            await mine.complete(id, { completed: true })
          throw error
        }
      },
    })),
  },
  'applies the change before where a body is empty': {
    ...from(1),
    ...overriding((mine) => {
      let last = {}
      return {
        update: (id, change, condition) => {
          last = Object.keys(change).length > 0 ? change : last
          return mine.update(id, last, condition)
        },
      }
    }),
  },
  'forgets the description where a tag is removed': {
    ...from(1),
    ...overriding((mine) => ({
      update: async (id, change, condition) => {
        const { tags = [] } = (await mine.get(id)) ?? {}
        const fewer = change.tags !== undefined && change.tags.length < tags.length
        return mine.update(id, { ...change, ...(fewer && { description: null }) }, condition)
      },
    })),
  },
  'starts a task anew where it is completed for the second time': {
    ...from(1),
    ...overriding((mine) => {
      const completed = new Map<string, number>()
      const told = (task: Task): Task =>
        (completed.get(task.id) ?? 0) > 1 ? { ...task, createdAt: task.updatedAt } : task
      return {
        complete: async (id, how) => {
          const outcome = await mine.complete(id, how)
          if (outcome?.task.completed) completed.set(id, (completed.get(id) ?? 0) + 1)
          return outcome && { ...outcome, task: told(outcome.task) }
        },
      }
    }),
  },
})
