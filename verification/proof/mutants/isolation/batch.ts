import { setTimeout as delay } from 'node:timers/promises'
import type { TaskPage } from '../../../../domain/listing.ts'
import type { Task } from '../../../../domain/task.ts'
import { overriding } from '../../operators/store.ts'
import { mutants } from '../mutant.ts'

const BATCH_MS = 25

/** Reads that come within a few milliseconds are done together, and each gets the result of the next one. */
const rotatedBatch = <T>() => {
  let batch: Promise<PromiseSettledResult<T>[]> | undefined
  let reads: (() => Promise<T>)[] = []
  const run = async () => {
    await delay(BATCH_MS)
    const together = reads
    batch = undefined
    reads = []
    return Promise.allSettled(together.map((read) => read()))
  }
  return async (read: () => Promise<T>): Promise<T> => {
    const index = reads.push(read)
    batch ??= run()
    const results = await batch
    const other = results[index % results.length] as PromiseSettledResult<T>
    if (other.status === 'rejected') throw other.reason
    return other.value
  }
}

export const batchMutants = mutants('critical', ['A-85'], {
  'rotates the results of batched reads': {
    does: 'asks for single tasks together and hands the answers out in the wrong order',
    tasks: (real) => {
      const rotated = rotatedBatch<Task | undefined>()
      return overriding((mine) => ({ get: (id) => rotated(() => mine.get(id)) })).tasks(real)
    },
  },
  'rotates the results of batched lists': {
    does: 'asks for lists together and hands the answers out in the wrong order',
    tasks: (real) => {
      const rotated = rotatedBatch<TaskPage>()
      return overriding((mine) => ({ list: (query) => rotated(() => mine.list(query)) })).tasks(
        real,
      )
    },
  },
})
