import assert from 'node:assert/strict'
import { pause, settled } from '../world.ts'
import { count, fails, type Rule, succeeds } from './rule.ts'

export const transactionRules: readonly Rule[] = [
  {
    id: 'A-1',
    title:
      'a backend that is ended while a transaction runs is an error, and the next request is served',
    check: async (world, subject) => {
      const work = fails(
        subject.transaction(async (sql) => {
          await sql`insert into marks values ('a-1')`
          await sql`select pg_sleep(8)`
        }),
      )
      await world.running('pg_sleep')
      await world.terminate('pg_sleep')
      await work
      // The driver's own ROLLBACK on the dead connection would end the process within a turn or two.
      await pause(100)
      await succeeds(subject.read())
      assert.equal(await count(world, 'marks'), 0)
    },
  },
  {
    id: 'A-2',
    title: 'no later statement of a dead transaction reaches the database',
    options: { max: 2 },
    check: async (world, subject) => {
      const work = fails(
        subject.transaction(async (sql) => {
          await sql`insert into marks values ('before')`
          await world.terminate('insert into marks')
          // Other traffic makes a pool that repairs its connections take this one up again.
          for (let n = 0; n < 6; n += 1) await settled(subject.read())
          await sql`insert into marks values ('after')`
          throw new Error('rolled back')
        }),
      )
      await work
      assert.equal(await count(world, 'marks'), 0)
    },
  },
  {
    id: 'A-9',
    title: 'after three statements were killed in flight, the next six reads all succeed',
    options: { max: 3 },
    check: async (world, subject) => {
      const killed = [1, 2, 3].map(() =>
        settled(
          subject.transaction(async (sql) => {
            await sql`select pg_sleep(8)`
          }),
        ),
      )
      await world.running('pg_sleep', 3)
      assert.equal(await world.terminate('pg_sleep'), 3)
      await Promise.all(killed)
      await Promise.all([1, 2, 3, 4, 5, 6].map(() => succeeds(subject.read())))
    },
  },
]
