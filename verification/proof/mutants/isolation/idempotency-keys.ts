import type { Outcome } from '../../../../application/ports/owned-tasks.ts'
import { Fault } from '../../../../domain/fault.ts'
import type { Owner } from '../../../../domain/owner.ts'
import { overriding } from '../../operators/store.ts'
import { mutants } from '../mutant.ts'

export const idempotencyKeyMutants = mutants('critical', ['I', 'D'], {
  'shares idempotency keys among all': {
    tasks: (real) => {
      const first = new Map<string, Promise<Outcome>>()
      return overriding((mine) => ({
        create: (draft, idempotency) => {
          if (!idempotency) return mine.create(draft)
          const kept = first.get(idempotency.key)
          if (kept) return kept.then((outcome) => ({ ...outcome, replayed: true }))
          const created = mine.create(draft, idempotency)
          first.set(idempotency.key, created)
          return created
        },
      })).tasks(real)
    },
  },
  'tells whether a key is in use by another': {
    severity: 'high',
    caughtBy: ['I'],
    tasks: (real) => {
      const used = new Map<string, Owner>()
      return overriding((mine, owner) => ({
        create: (draft, idempotency) => {
          const by = idempotency && used.get(idempotency.key)
          if (by && by !== owner) throw new Fault('idempotency_key_reused')
          if (idempotency) used.set(idempotency.key, owner)
          return mine.create(draft, idempotency)
        },
      })).tasks(real)
    },
  },
})
