import { Agent } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { sharedSecretToken, signingKey } from '../../../bootstrap/system/issuer.ts'
import { SECRET } from '../../../bootstrap/system/service-process.ts'
import { type Observed, type Setting, TASKS } from './stage.ts'

/** A fault, and what has to tell of it. */
export interface AlertFault extends Setting {
  name: string
  /** the alert that fires; none where a person has nothing to do */
  alert?: string
  run(fault: Observed): Promise<void>
  /** ticks after which the rules are looked at, beyond the last export */
  silentTicks?: number
}

/** Longer than the longest `for` of the rules and the window that leads to it. */
const LONG_TICKS = 18
const SHORT_TICKS = 8
/** A request is refused after two seconds or more, which are eight ticks. */
const OUTAGE_TICKS = 30
/** Five minutes and the half of a minute that an instance needs for its first values. */
const STARVED_TICKS = 12
const AUDIENCE = 'https://api.example.com'

const many = async (count: number, ask: (n: number) => Promise<unknown>) => {
  for (let n = 0; n < count; n += 1) await ask(n)
}

/** The processor is taken away for most of the time, as from a container that has used up its share. */
const starve = async ({ service, ticks }: Observed) => {
  let over = false
  const ended = ticks(STARVED_TICKS).finally(() => {
    over = true
  })
  while (!over) {
    service.signal('SIGSTOP')
    await delay(500)
    service.signal('SIGCONT')
    await delay(30)
  }
  await ended
}

const outage = (name: string, fault: 'refuse' | 'black_hole'): AlertFault => ({
  name,
  alert: 'TasksDatabaseAway',
  clients: 8,
  run: async ({ network, ticks }) => {
    await network.become(fault)
    await ticks(OUTAGE_TICKS)
    await network.become('pass')
    await ticks(LONG_TICKS)
  },
})

export const faults: readonly AlertFault[] = [
  {
    name: 'nothing happens',
    run: ({ ticks }) => ticks(LONG_TICKS),
  },
  outage('database refuses connections', 'refuse'),
  outage('network loses every packet', 'black_hole'),
  {
    name: 'auth server out of reach',
    alert: 'TasksKeySetAway',
    env: ({ url }) => ({ BETTER_AUTH_SECRET: '', AUTH_JWKS_URL: url }),
    token: (subject, issuer) => issuer.tokenFor(subject),
    run: async ({ issuer, ask, ticks }) => {
      const token = await issuer.tokenFor('stranger', await signingKey())
      issuer.setOut(true)
      await many(SHORT_TICKS, async () => {
        await ask(TASKS, { token })
        await ticks(1)
      })
      issuer.setOut(false)
      await ticks(SHORT_TICKS)
    },
  },
  {
    name: 'schema of another release',
    alert: 'TasksDatabaseAway',
    run: async ({ query, ticks }) => {
      await query('alter table tasks rename column title to heading')
      try {
        await ticks(SHORT_TICKS)
      } finally {
        await query('alter table tasks rename column heading to title')
      }
      await ticks(SHORT_TICKS)
    },
  },
  {
    name: 'constraint that nobody foresaw',
    alert: 'TasksFailing',
    run: async ({ query, ticks }) => {
      await query(`alter table tasks add constraint strange check (title <> 'rehearsed') not valid`)
      try {
        await ticks(SHORT_TICKS)
      } finally {
        await query('alter table tasks drop constraint strange')
      }
      await ticks(SHORT_TICKS)
    },
  },
  {
    name: 'database in another region',
    alert: 'TasksSlow',
    run: async ({ network, ticks }) => {
      network.distance(400)
      await ticks(LONG_TICKS)
    },
  },
  {
    name: 'one connection for many clients',
    alert: 'TasksPoolShort',
    env: () => ({ DATABASE_POOL_MAX: '1' }),
    clients: 12,
    run: async ({ network, ticks }) => {
      network.distance(70)
      await ticks(LONG_TICKS)
    },
  },
  {
    name: 'more requests than may wait',
    alert: 'TasksOverloaded',
    env: () => ({ DATABASE_POOL_MAX: '1', DATABASE_QUEUE_MAX: '1' }),
    clients: 24,
    run: async ({ network, ticks }) => {
      network.distance(70)
      await ticks(SHORT_TICKS)
    },
  },
  {
    name: 'processor taken away',
    alert: 'TasksEventLoopLate',
    run: starve,
  },
  {
    name: 'tokens for another audience',
    alert: 'TasksTokensMisfit',
    env: () => ({ AUTH_AUDIENCE: AUDIENCE }),
    token: (subject) => sharedSecretToken(SECRET, subject, { aud: AUDIENCE }),
    run: async ({ ask, ticks }) => {
      const token = await sharedSecretToken(SECRET, 'ada', { aud: 'https://other.example.com' })
      await many(12, () => ask(TASKS, { token }))
      await ticks(SHORT_TICKS)
    },
  },
  {
    name: 'log that nobody reads',
    alert: 'TasksLogDropped',
    // What is not read fills the pipe, and then the megabyte that the service holds.
    shell: '$SERVICE | sleep 120',
    clients: 0,
    run: async ({ ask, ticks }) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 2 })
      await Promise.all([1, 2].map(() => many(3_000, () => ask('/livez', { agent }))))
      agent.destroy()
      await ticks(2)
    },
  },
  {
    name: 'no instance left',
    alert: 'TasksSilent',
    run: ({ service }) => service.kill(),
    silentTicks: SHORT_TICKS,
  },
]
