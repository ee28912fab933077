import { Fault } from '../../../domain/fault.ts'
import { PER_PAGE_MAX } from '../../../domain/listing.ts'
import type { Owner } from '../../../domain/owner.ts'

export interface Read {
  owner: Owner
  /** reads with the same key can be sent in one statement; one without a key is always sent alone */
  batchKey?: string
  /** how many tasks it returns at the most */
  tasks: number
}

/** What a statement returned for one read, and for whom. */
export interface ReadResult {
  owner: string
}

/** At least one read; all have the same key. */
export type Batch<R> = readonly [R, ...R[]]

interface Pending<R, S> {
  read: R
  resolve(result: S): void
  reject(error: unknown): void
}

/** No statement returns more tasks than the largest page, so that nobody waits longer for the sake of others. */
const TASKS_MAX = PER_PAGE_MAX

/**
 * Sends reads that arrive in one turn of the event loop together, as long as other reads are under way: on a busy
 * service sending a statement and waking the server costs more than what it reads (decisions/0030). A read that
 * arrives while no other is under way is sent at once.
 *
 * `send` returns the results in the order of the reads. Each result names its owner; one whose owner is not the
 * read's is an error, and nobody gets it.
 */
export const batchedReads = <R extends Read, S extends ReadResult>(
  send: (batch: Batch<R>) => Promise<readonly S[]>,
): ((read: R) => Promise<S>) => {
  const queued = new Map<string, Pending<R, S>[]>()
  let underWay = 0

  const sendBatch = async (batch: readonly Pending<R, S>[]): Promise<void> => {
    underWay += 1
    try {
      const results = await send(batch.map(({ read }) => read) as [R, ...R[]])
      for (const [at, { read, resolve, reject }] of batch.entries()) {
        const result = results[at]
        if (result?.owner === read.owner) resolve(result)
        else reject(new Error('this result belongs to another owner'))
      }
    } catch (error) {
      // A fault is about the database and concerns all reads. Any other error may be caused by one of them.
      if (batch.length > 1 && !(error instanceof Fault))
        for (const pending of batch) sendBatch([pending])
      else for (const { reject } of batch) reject(error)
    } finally {
      underWay -= 1
    }
  }

  const sendQueued = () => {
    for (const [key, all] of queued) {
      queued.delete(key)
      const size = Math.max(1, Math.floor(TASKS_MAX / (all[0]?.read.tasks ?? 1)))
      for (let at = 0; at < all.length; at += size) sendBatch(all.slice(at, at + size))
    }
  }

  return (read) =>
    new Promise((resolve, reject) => {
      const pending = { read, resolve, reject }
      const { batchKey } = read
      if (batchKey === undefined || underWay === 0) return void sendBatch([pending])
      if (queued.size === 0) setImmediate(sendQueued)
      const sameKey = queued.get(batchKey)
      if (sameKey) sameKey.push(pending)
      else queued.set(batchKey, [pending])
    })
}
