import { createHash } from 'node:crypto'
import type { Outcome } from '../../../../application/ports/owned-tasks.ts'
import { field } from '../../../../bootstrap/system/http-messages.ts'
import { onRequest, removeHeader } from '../../operators/proxy.ts'
import { overriding, pause } from '../../operators/store.ts'
import { mutants } from '../mutant.ts'

export const idempotencyMutants = [
  ...mutants('high', ['D'], {
    'ignores idempotency keys': {
      does: 'lets equal keys create as often as they come',
      ...overriding((mine) => ({ create: (draft) => mine.create(draft) })),
    },
    'checks a key and records it later': overriding((mine) => {
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
    'toggles when told to set': overriding((mine) => ({
      complete: (id, { completed: _, ...how }) => mine.complete(id, how),
    })),
  }),
  ...mutants('high', ['D-42'], {
    'binds a key to the token that was shown': onRequest(
      (request) => {
        const shown = createHash('sha256')
          .update(field(request.headers, 'authorization') ?? '')
          .digest('hex')
        // White space behind a body changes its digest and nothing else.
        const body = Buffer.from(
          `${request.body}${' '.repeat(Number.parseInt(shown.slice(0, 3), 16))}`,
        )
        return { ...request, body }
      },
      ({ headers, body }) => body.length > 0 && field(headers, 'idempotency-key') !== undefined,
    ),
  }),
  ...mutants('medium', ['D'], {
    'answers a reused key with the first response': {
      does: 'answers a reused key with the first answer',
      ...overriding((mine) => ({
        create: (draft, idempotency) =>
          mine.create(draft, idempotency && { ...idempotency, fingerprint: 'same' }),
      })),
    },
    'does not mark replays': {
      does: 'does not say that an answer is a replay',
      severity: 'low',
      ...removeHeader('Idempotency-Replayed'),
    },
    'forgets the key of a completion': overriding((mine) => ({
      complete: (id, { idempotency: _, ...how }) => mine.complete(id, how),
    })),
    'answers a replay with the task of today': overriding((mine) => ({
      create: async (draft, idempotency) => {
        const outcome = await mine.create(draft, idempotency)
        const { task, replayed } = outcome
        return replayed ? { ...outcome, task: (await mine.get(task.id)) ?? task } : outcome
      },
    })),
  }),
]
