import type { Outcome } from '../../../../application/ports/owned-tasks.ts'
import { field, type ProxyResponse } from '../../../../bootstrap/system/http-messages.ts'
import { Fault } from '../../../../domain/fault.ts'
import type { Owner } from '../../../../domain/owner.ts'
import { tokenOf } from '../../operators/credentials.ts'
import { subject } from '../../operators/identity.ts'
import type { Proxied } from '../../operators/proxy.ts'
import { overriding } from '../../operators/store.ts'
import { isCompletion } from '../../operators/where.ts'
import { type Mutation, mutants } from '../mutant.ts'

/** Answers whoever comes with such a key as the first one was answered, if that was a success. */
const sharing = (isShared: (key: string) => boolean): Mutation => ({
  tasks: (real) => {
    const first = new Map<string, Outcome>()
    const once = async <T extends Outcome | undefined>(
      key: string | undefined,
      act: () => Promise<T>,
    ): Promise<T | Outcome> => {
      if (key === undefined || !isShared(key)) return act()
      const kept = first.get(key)
      if (kept) return { ...kept, replayed: true }
      const made = await act()
      if (made) first.set(key, made)
      return made
    }
    return overriding((mine) => ({
      create: (draft, idempotency) => once(idempotency?.key, () => mine.create(draft, idempotency)),
      complete: (id, how) => once(how.idempotency?.key, () => mine.complete(id, how)),
    })).tasks(real)
  },
})

/** Keeps what was answered with a key under a text of owner and key, and answers so to whoever comes to the same. */
const keepingAnswersBy = (textOf: (owner: string, key: string) => string): Proxied => ({
  proxy: () => {
    const kept = new Map<string, ProxyResponse>()
    return async (request, pass) => {
      const key = field(request.headers, 'idempotency-key')
      const response = await pass(request)
      if (!key || !isCompletion(request)) return response
      const text = textOf(subject(tokenOf(request)), key)
      if (response.status === 200) kept.set(text, response)
      return response.status === 404 ? (kept.get(text) ?? response) : response
    }
  },
})

export const idempotencyKeyMutants = [
  ...mutants('critical', ['I', 'D'], {
    'shares idempotency keys among all': sharing(() => true),
    'shares idempotency keys that are UUIDs': {
      caughtBy: ['I-21'],
      ...sharing((key) => /^[\da-f-]{36}$/.test(key)),
    },
    'shares long idempotency keys': { caughtBy: ['I-21'], ...sharing((key) => key.length > 64) },
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
  }),
  ...mutants('critical', ['I-37'], {
    'keeps answers by owner and key with nothing between': keepingAnswersBy(
      (owner, key) => owner + key,
    ),
    'keeps answers by owner, operation and key with colons between': keepingAnswersBy(
      (owner, key) => `${owner}:complete:${key}`,
    ),
    'keeps answers by owner and key with a bar between': keepingAnswersBy(
      (owner, key) => `${owner}|${key}`,
    ),
    'keeps answers by key and an owner without colons': keepingAnswersBy(
      (owner, key) => `${owner.replaceAll(':', '')}:${key}`,
    ),
  }),
]
