import { field, type ProxyResponse } from '../../../../bootstrap/system/http-messages.ts'
import { mapHeader, type Proxied, removeHeader } from '../../operators/proxy.ts'
import { overriding } from '../../operators/store.ts'
import { hidingVersions } from '../../operators/versions.ts'
import { calls, only } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

const isReplay = ({ headers }: ProxyResponse) => field(headers, 'idempotency-replayed') === 'true'

const keyOf = ({ headers }: Pick<ProxyResponse, 'headers'>) => field(headers, 'idempotency-key')

const recordingFailures: Proxied = {
  proxy: () => {
    const failures = new Map<string, ProxyResponse>()
    return async (request, pass) => {
      const name = `${field(request.headers, 'authorization')} ${keyOf(request)}`
      const response = failures.get(name) ?? (await pass(request))
      if (keyOf(request) && response.status === 422) failures.set(name, response)
      return response
    }
  },
}

const changesOnly = (member: string) => (change: object) => Object.keys(change).join() === member

/** What is recorded under a key and comes back for it, and what a tag never notices. */
export const recordMutants = [
  ...mutants('high', ['D-24', 'D-26', 'D-36'], {
    'never counts a change of tags': hidingVersions(changesOnly('tags')),
    'never counts a completion': hidingVersions(changesOnly('completed')),
    'answers PUT with the ETag of before': only(
      calls('putTask'),
      mapHeader('ETag', (tag) => tag.replace(/\d+/, (version) => `${Number(version) - 1}`)),
    ),
    'forgets a key when its task is deleted': overriding((mine) => {
      const made = new Map<string, string>()
      const gone = new Map<string, number>()
      return {
        create: async (draft, idempotency) => {
          if (!idempotency) return mine.create(draft)
          const { key } = idempotency
          const name = `${key} ${gone.get(key) ?? 0}`
          const outcome = await mine.create(draft, { ...idempotency, key: name })
          made.set(outcome.task.id, key)
          return outcome
        },
        remove: async (id, condition) => {
          const removed = await mine.remove(id, condition)
          const key = made.get(id)
          if (removed && key) gone.set(key, (gone.get(key) ?? 0) + 1)
          return removed
        },
      }
    }),
  }),
  ...mutants('medium', ['D-15', 'D-36'], {
    'records failures under a key': only(calls('createTask'), recordingFailures),
    'replays without Location': removeHeader('Location', isReplay),
    'replays without ETag': removeHeader('ETag', isReplay),
    'answers the replay of a completion with the task of today': overriding((mine) => ({
      complete: async (id, how) => {
        const outcome = await mine.complete(id, how)
        const today = outcome?.replayed ? await mine.get(id) : undefined
        return outcome && today ? { ...outcome, task: today } : outcome
      },
    })),
  }),
]
