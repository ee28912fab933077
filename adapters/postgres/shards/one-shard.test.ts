import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { type Owner, ownerOf } from '../../../domain/owner.ts'
import type { Task } from '../../../domain/task.ts'
import { throwawayDatabase } from '../embedded/throwaway.ts'
import { migrate, readMigrations } from '../migrations/migrate.ts'
import { connectionTarget } from '../pool/connection-url.ts'
import { database } from '../pool/database.ts'
import { createPool } from '../pool/pool.ts'
import { postgresTasks } from '../tasks/postgres-tasks.ts'
import { type Explained, explained, valuesIn } from './explained.ts'
import { partitioned, partitionOf } from './partitioned.ts'
import { draft, EXISTING, isException, useCases } from './use-cases.ts'

/**
 * Stands in for a cluster (`npm run test:citus`) where there is none: what names its owner so that one partition is
 * enough is also sent to one shard.
 */
const throwaway = await throwawayDatabase()
const target = connectionTarget(throwaway.url, { production: false })
await migrate(target, await readMigrations(new URL('../migrations/', import.meta.url)))
await partitioned(throwaway.url)
const pool = createPool({ target, max: 4, queueMax: 100 })
const watched = explained({ ...database(pool), isSharded: () => true })
const store = postgresTasks(watched)
after(async () => {
  await pool.close(1000)
  await throwaway.drop()
})

const partitionsIn = ({ plan }: Explained): Set<number | undefined> =>
  new Set(valuesIn(plan, 'Relation Name').map((name) => partitionOf(String(name))))

/** A row that is inserted finds its partition by the owner in it, so there the plan names the table itself. */
const assertOnePartition = (statement: Explained) => {
  const numbers = [...partitionsIn(statement)].filter((number) => number !== undefined)
  assert.ok(numbers.length <= 1, `partitions ${numbers.sort()} are asked by: ${statement.text}`)
}

describe('On tables in partitions by owner, one is asked by', () => {
  for (const { name, run } of useCases)
    it(name, async () => {
      const tasks = store.tasksOf(ownerOf(`owner of ${name}`) as Owner)
      const existing: Task[] = []
      for (let n = 0; n < EXISTING; n += 1)
        existing.push((await tasks.create(draft(`task ${n}`))).task)
      watched.taken()
      await run(tasks, existing as [Task, Task, ...Task[]])
      const statements = watched.taken().filter((statement) => !isException(statement.text))
      assert.ok(statements.length > 0)
      statements.forEach(assertOnePartition)
    })
})

it('a statement that leaves its owner open is told from one that names it', async () => {
  await watched.run('read', (sql) => sql.unsafe('select 1 from tasks where title = $1', ['x']))
  assert.equal(watched.taken().flatMap((one) => [...partitionsIn(one)]).length, 4)
})
