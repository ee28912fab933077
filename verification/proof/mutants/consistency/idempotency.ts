import type { Outcome } from '../../../../application/ports/owned-tasks.ts'
import { removeHeader } from '../../operators/proxy.ts'
import { overriding, pause } from '../../operators/store.ts'
import { mutants } from '../mutant.ts'

export const idempotencyMutants = mutants(
  { severity: 'medium', caughtBy: ['D'] },
  {
    'ignores-idempotency-keys': {
      does: 'lets equal keys create as often as they come',
      severity: 'high',
      tasks: overriding((mine) => ({ create: (draft) => mine.create(draft) })),
    },
    'checks-a-key-and-records-it-later': {
      severity: 'high',
      tasks: overriding((mine) => {
        const outcomes = new Map<string, Outcome>()
        return {
          create: async (draft, idempotency) => {
            const kept = idempotency && outcomes.get(idempotency.key)
            if (kept) return { ...kept, replayed: true }
            await pause()
            const created = await mine.create(draft, idempotency)
            if (idempotency) outcomes.set(idempotency.key, created)
            return created
          },
        }
      }),
    },
    'answers-a-reused-key-with-the-first-response': {
      does: 'answers a reused key with the first answer',
      tasks: overriding((mine) => ({
        create: (draft, idempotency) =>
          mine.create(draft, idempotency && { ...idempotency, fingerprint: 'same' }),
      })),
    },
    'does-not-mark-replays': {
      does: 'does not say that an answer is a replay',
      severity: 'low',
      proxy: removeHeader('Idempotency-Replayed'),
    },
    'forgets-the-key-of-a-completion': {
      tasks: overriding((mine) => ({
        complete: (id, { idempotency: _, ...how }) => mine.complete(id, how),
      })),
    },
    'answers-a-replay-with-the-task-of-today': {
      tasks: overriding((mine) => ({
        create: async (draft, idempotency) => {
          const outcome = await mine.create(draft, idempotency)
          const { task, replayed } = outcome
          return replayed ? { ...outcome, task: (await mine.get(task.id)) ?? task } : outcome
        },
      })),
    },
    'toggles-when-told-to-set': {
      severity: 'high',
      tasks: overriding((mine) => ({
        complete: (id, { completed: _, ...how }) => mine.complete(id, how),
      })),
    },
  },
)
