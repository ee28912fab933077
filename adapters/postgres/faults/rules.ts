import assert from 'node:assert/strict'
import type { NetworkFault } from './fault-proxy.ts'
import { pgbouncer } from './pgbouncer.ts'
import type { MakeSubject, Subject, SubjectOptions } from './subjects.ts'
import { authenticationOk, errorResponse, readyForQuery } from './wire.ts'
import { pause, recovery, settled, until, type World } from './world.ts'

/** What must hold under one fault, whoever stands between the caller and the database. */
export interface Rule {
  id: string
  title: string
  /** what of the database's surroundings is needed */
  needs?: 'pgbouncer'
  /** takes long, so it is not among the ordinary tests */
  slow?: true
  options?: SubjectOptions
  check(world: World, subject: Subject, make: MakeSubject): Promise<void>
}

const fails = async (work: Promise<unknown>): Promise<string | undefined> => {
  const end = await settled(work)
  assert.ok(!end.ok, 'failed')
  return end.error.code
}
const succeeds = async (work: Promise<unknown>): Promise<void> => {
  const end = await settled(work)
  assert.ok(end.ok, `succeeded, but: ${end.ok || end.error.code}`)
}
const count = async (world: World, table: string): Promise<number> =>
  Number((await world.ask(`select count(*) as n from ${table}`))[0]?.n)

/** More than a few in one second are a flood. */
const DIALS_PER_SECOND = 8
const assertFewDials = ({ proxy }: World, since: number) => {
  const dials = proxy.dials.filter((at) => at >= since)
  const seconds = Math.max(1, (performance.now() - since) / 1_000)
  figure(`${(dials.length / seconds).toFixed(1)} dials a second`)
  assert.ok(
    dials.length <= DIALS_PER_SECOND * seconds,
    `${dials.length} dials in ${seconds.toFixed(1)} s`,
  )
}
const RECOVERY_MS = 2_000

/** A server that is there again answers the first request soon, however long it was away. */
const recoversAfter =
  (ms: number, fault: NetworkFault) => async (world: World, subject: Subject) => {
    await Promise.all([1, 2, 3, 4, 5].map(() => subject.read(0.1)))
    const asking = setInterval(() => subject.read().catch(() => undefined), 100)
    await world.proxy.become(fault)
    if (fault === 'reset') world.proxy.cut()
    const since = performance.now()
    await pause(ms)
    clearInterval(asking)
    assertFewDials(world, since)
    await world.proxy.become('pass')
    await recoversSoon(subject)
  }

const recoversSoon = async (subject: Subject) => {
  const took = await recovery(() => subject.read())
  assert.ok(took <= RECOVERY_MS, `${took.toFixed(0)} ms until the first success`)
  figure(`first success after ${took.toFixed(0)} ms`)
}

const figures: string[] = []
const figure = (text: string) => figures.push(text)
/** What was measured since the last time. */
export const takeFigures = (): string[] => figures.splice(0)

/** A connection is refused by these bytes at the login, with a hundred readers in front. */
const settlesAndHeals =
  (prepare: (world: World) => Promise<void> | void) => async (world: World, subject: Subject) => {
    await prepare(world)
    const since = performance.now()
    const readers = Array.from({ length: 20 }, () => fails(subject.read()))
    await Promise.all(readers)
    await pause(500)
    assertFewDials(world, since)
    world.proxy.answer(undefined)
    await world.proxy.become('pass')
    await recovery(() => subject.read())
  }

export const rules: readonly Rule[] = [
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
  ...(
    [
      ['query_wait_timeout', [authenticationOk, readyForQuery]],
      ['server login has been failing, try again later (server_login_retry)', []],
    ] as const
  ).map(
    ([text, turns]): Rule => ({
      id: 'A-3',
      title: `a pooler that answers a new connection "${text.split(',')[0]}" leaves no rejection unhandled`,
      check: settlesAndHeals(({ proxy }) => {
        const refusal = errorResponse('FATAL', '08P01', text)
        proxy.answer(turns.length > 0 ? [Buffer.concat(turns), refusal] : [refusal])
      }),
    }),
  ),
  {
    id: 'A-4',
    title:
      'a server that accepts and hangs up is dialled a few times a second, and every request ends',
    check: settlesAndHeals(({ proxy }) => proxy.become('hang_up')),
  },
  {
    id: 'A-4',
    title:
      'a server that accepts and resets is dialled a few times a second, and every request ends',
    check: settlesAndHeals(({ proxy }) => proxy.become('reset')),
  },
  ...(
    [
      ['57P03', 'FATAL', 'the database system is starting up'],
      ['XX000', 'ERROR', "Couldn't connect to compute node"],
    ] as const
  ).map(
    ([code, severity, text]): Rule => ({
      id: 'A-4',
      title: `a server that answers ${code} is dialled a few times a second, and every request ends`,
      check: async (world, subject) => {
        // The driver forgets such an answer where a statement was in flight before.
        await succeeds(subject.read())
        const hit = Array.from({ length: 3 }, () => settled(subject.read(8)))
        await world.running('pg_sleep', 3)
        world.proxy.answer([errorResponse(severity, code, text)])
        world.proxy.cut()
        await Promise.all(hit)
        await settlesAndHeals(() => undefined)(world, subject)
      },
    }),
  ),
  {
    id: 'A-5',
    title: 'a black-holed connection ends in a fault within its deadline and the slot serves again',
    options: { max: 2 },
    check: async (world, subject) => {
      await Promise.all([subject.read(0.1), subject.read(0.1)])
      await world.proxy.become('black_hole')
      const lost = [1, 2, 3, 4].map(() => settled(subject.read()))
      await pause(300)
      await world.proxy.become('pass')
      await recoversSoon(subject)
      await Promise.all(lost)
      await Promise.all([succeeds(subject.read(0.2)), succeeds(subject.read(0.2))])
    },
  },
  {
    id: 'A-6',
    title: 'idle connections lost in a black hole give all their room back',
    options: { max: 3, idleSeconds: 1 },
    check: async (world, subject) => {
      await Promise.all([1, 2, 3].map(() => subject.read(0.2)))
      await world.proxy.become('black_hole')
      await pause(2_500)
      await world.proxy.become('pass')
      await recovery(() => subject.read())
      const start = performance.now()
      await Promise.all([1, 2, 3].map(() => succeeds(subject.read(0.5))))
      assert.ok(performance.now() - start < 1_400, 'three at once')
    },
  },
  {
    id: 'A-7',
    title:
      'with every slot busy the one behind the queue is refused at once, the queued ones in time',
    options: { max: 2, queueMax: 3 },
    check: async (world, subject) => {
      const slow = [subject.read(2.5), subject.read(2.5)].map((work) => settled(work))
      await world.running('pg_sleep', 2)
      const start = performance.now()
      const ends: { code: string | undefined; ms: number }[] = []
      const queued = [1, 2, 3, 4].map(async () => {
        const end = await settled(subject.read(), 2_000)
        ends.push({ code: end.ok ? undefined : end.error.code, ms: performance.now() - start })
      })
      await Promise.all(queued)
      assert.ok(ends[0]?.code === 'overloaded' && ends[0].ms < 300, 'one is refused at once')
      assert.ok(ends.every(({ code }) => code === undefined || code === 'overloaded'))
      await Promise.all(slow)
    },
  },
  {
    id: 'A-8',
    title: 'a fast statement does not wait for a slow one while another slot is free soon',
    options: { max: 2 },
    check: async (world, subject) => {
      await Promise.all([subject.read(0.1), subject.read(0.1)])
      const slow = settled(subject.read(1.4))
      const other = settled(subject.read(0.2))
      await world.running('pg_sleep', 2)
      const start = performance.now()
      await Promise.all([1, 2, 3, 4].map(() => succeeds(subject.read())))
      assert.ok(performance.now() - start < 800, 'served beside the slow one')
      await Promise.all([slow, other])
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
  {
    id: 'A-10',
    title: 'a write whose answer is lost is carried out once and ends as an unknown outcome',
    options: { max: 1 },
    check: async (world, subject) => {
      // The first one prepares the statement: the next is carried out without a word from the server before.
      await succeeds(subject.write('first'))
      await world.proxy.become('deaf')
      const lost = fails(subject.write('second'))
      await until(async () => (await count(world, 'marks')) === 2)
      await world.proxy.become('pass')
      world.proxy.cut()
      // The driver has no other word for it.
      assert.match(String(await lost), /^(outcome_unknown|CONNECTION_CLOSED|ECONNRESET)$/)
      await pause(300)
      assert.equal(await count(world, 'marks'), 2)
    },
  },
  {
    id: 'A-10',
    title: 'a keyed write whose answer is lost is sent again and succeeds, carried out once',
    options: { max: 1 },
    check: async (world, subject) => {
      await succeeds(subject.keyed('first'))
      await world.proxy.become('deaf')
      const lost = succeeds(subject.keyed('second'))
      await until(async () => (await count(world, 'keyed_marks')) === 2)
      await world.proxy.become('pass')
      world.proxy.cut()
      await lost
      assert.equal(await count(world, 'keyed_marks'), 2)
    },
  },
  {
    id: 'A-13',
    title: 'closing does not wait for what will never end',
    check: async (world, subject) => {
      await succeeds(subject.read())
      const killed = settled(subject.read(8))
      await world.running('pg_sleep')
      await world.proxy.become('refuse')
      await killed
      const end = await settled(subject.close(), 3_000)
      assert.ok(end.ok)
    },
  },
  {
    id: 'A-13',
    title: 'closing does not wait for a connection that fell silent',
    check: async (world, subject) => {
      await succeeds(subject.read())
      await world.proxy.become('black_hole')
      const lost = settled(subject.read())
      await pause(50)
      const end = await settled(subject.close(), 3_000)
      assert.ok(end.ok)
      await lost
    },
  },
  {
    id: 'A-15',
    title: 'after an outage of 5 s the first success comes within 2 s, with few dials on the way',
    options: { productionTimeouts: true },
    check: recoversAfter(5_000, 'refuse'),
  },
  {
    id: 'A-15',
    title: 'after an outage of 60 s the first success comes within 2 s, with few dials on the way',
    slow: true,
    options: { productionTimeouts: true },
    check: recoversAfter(60_000, 'reset'),
  },
  {
    id: 'A-15',
    title: 'after 12 s in a black hole the first success comes within 2 s',
    slow: true,
    options: { productionTimeouts: true, max: 5 },
    check: recoversAfter(12_000, 'black_hole'),
  },
  {
    id: 'A-15',
    title: 'after 1 s in a black hole with every slot caught the first success comes within 2 s',
    options: { productionTimeouts: true, max: 5 },
    check: recoversAfter(1_000, 'black_hole'),
  },
  {
    id: 'A-15',
    title: 'after a server that was killed is up again the first success comes within 2 s',
    options: { productionTimeouts: true },
    check: async (world, subject) => {
      await Promise.all([1, 2, 3].map(() => subject.read(0.1)))
      const asking = setInterval(() => subject.read().catch(() => undefined), 100)
      process.kill(world.server.server.pid, 'SIGKILL')
      await pause(1_000)
      await world.server.restart()
      clearInterval(asking)
      await recoversSoon(subject)
    },
  },
  {
    id: 'A-15',
    title: 'after a server that was stopped is up again the first success comes within 2 s',
    options: { productionTimeouts: true },
    check: async (world, subject) => {
      await Promise.all([1, 2, 3].map(() => subject.read(0.1)))
      const asking = setInterval(() => subject.read().catch(() => undefined), 100)
      await world.server.server.stop()
      await pause(1_000)
      await world.server.restart()
      clearInterval(asking)
      await recoversSoon(subject)
    },
  },
  {
    id: 'B-1',
    title:
      'two hundred statements at once through a pooler get their own answers, and leave nothing in sessions',
    needs: 'pgbouncer',
    options: { queueMax: 300, productionTimeouts: true },
    check: async (world, _, make) => {
      const pooler = await pgbouncer(world.server.url)
      const subject = make(pooler.url, { queueMax: 300, productionTimeouts: true })
      try {
        const answers = Array.from({ length: 200 }, async (_, n) => {
          const seconds = (n % 10) / 1_000
          const end = await settled(subject.read(seconds))
          const [row] = (end.ok ? end.value : []) as { seconds: number }[]
          return row?.seconds === seconds
        })
        const right = (await Promise.all(answers)).filter(Boolean).length
        assert.equal(right, 200, `${right} of 200 are right`)
        const next = make(pooler.url, { max: 1, productionTimeouts: true })
        assert.equal(await next.statementTimeout(), '0')
        await next.close()
      } finally {
        await settled(subject.close(), 2_000).catch(() => undefined)
        await pooler.stop()
      }
    },
  },
  {
    id: 'B-2',
    title: 'a server that knows no statement timeout of the role still enforces one',
    check: async (_, subject) => {
      assert.notEqual(await subject.statementTimeout(), '0')
    },
  },
  {
    id: 'B-2',
    title: 'behind a pooler the timeout of the role is in force',
    needs: 'pgbouncer',
    check: async (world, _, make) => {
      await world.ask('alter role current_user set statement_timeout = 4000')
      const pooler = await pgbouncer(world.server.url)
      const subject = make(pooler.url)
      try {
        assert.equal(await subject.statementTimeout(), '4s')
      } finally {
        await settled(subject.close(), 2_000)
        await pooler.stop()
        await world.ask('alter role current_user reset statement_timeout')
      }
    },
  },
  {
    id: 'B-4',
    title:
      'an endpoint of Neon that is disabled is an error at once, and is found again when it is enabled',
    check: async (world, subject) => {
      const text = 'The requested endpoint is disabled. Enable it and retry.'
      world.proxy.answer([errorResponse('ERROR', 'XX000', text)])
      const start = performance.now()
      await Promise.all([1, 2, 3].map(() => fails(subject.read())))
      assert.ok(performance.now() - start < RECOVERY_MS)
      world.proxy.answer(undefined)
      await recoversSoon(subject)
    },
  },
  {
    id: 'B-5',
    title: 'while a server takes 5 s to wake requests get clean answers, and then it serves',
    options: { productionTimeouts: true },
    check: async (world, subject) => {
      world.proxy.delay(5_000)
      const start = performance.now()
      const first = await settled(Promise.all([subject.read(), subject.read(), subject.read()]))
      if (!first.ok) assert.equal(first.error.code, 'database_unavailable')
      await recovery(() => subject.read())
      assert.ok(performance.now() - start < 8_000, 'one wait of 5 s is enough')
      world.proxy.delay(0)
    },
  },
  {
    id: 'bad input',
    title: 'a server that accepts and never answers ends every request in time',
    check: async (world, subject) => {
      world.proxy.answer([], 'stay')
      await Promise.all([1, 2, 3].map(() => fails(subject.read())))
      world.proxy.answer(undefined)
      await recovery(() => subject.read())
    },
  },
  ...(
    [
      ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')],
      ['a login message cut short', Buffer.from([0x52, 0, 0, 0, 4])],
      ['a SASL challenge without content', Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 11])],
      [
        'a cursor’s message to nobody',
        Buffer.concat([authenticationOk, Buffer.from([0x73, 0, 0, 0, 4])]),
      ],
      ['noise', Buffer.from(Array.from({ length: 4_096 }, (_, n) => (n * n * 31 + 7) % 251))],
    ] as const
  ).map(
    ([what, bytes]): Rule => ({
      id: 'bad input',
      title: `a server that answers ${what} harms nobody`,
      check: async (world, subject) => {
        world.proxy.answer([bytes], 'stay')
        await Promise.all([1, 2, 3].map(() => fails(subject.read())))
        await pause(100)
        world.proxy.answer(undefined)
        await recovery(() => subject.read())
      },
    }),
  ),
]
