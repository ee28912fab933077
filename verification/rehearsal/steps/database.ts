import { setTimeout as delay } from 'node:timers/promises'
import { until } from '../../../bootstrap/system/wait.ts'
import { inSeconds, lineOf } from '../load/figures.ts'
import { assertGraceful, type Recovery, recoveryFrom } from '../load/recovery.ts'
import { underLoad } from '../load/under-load.ts'
import type { Neon } from '../platform/neon.ts'
import type { Step } from '../step.ts'

const AWAY_MS = 3_000
const BLACK_HOLE_MS = 4_000
const WAKE_TIMEOUT_MS = 15_000

const PROMISE =
  'orderly 503s within 10 s and /livez 200 meanwhile, requests served again within 2 s, /health within 2.5 s'

/** An outage under load; it resolves with the moment from which the database was available again. */
const outageStep = (name: string, what: string, outage: (neon: Neon) => Promise<number>): Step => ({
  name,
  promised: `${what}: ${PROMISE}`,
  needs: ['steady load'],
  run: async (context) => {
    const { neon } = context
    if (!neon) throw new Error('there is no database')
    let recovery: Recovery = { servedMs: 0, healthyMs: 0 }
    const figures = await underLoad(context, async () => {
      recovery = await recoveryFrom(context, await outage(neon))
    })
    assertGraceful(figures, recovery)
    const { servedMs, healthyMs } = recovery
    return `served again after ${inSeconds(servedMs)}, /health after ${inSeconds(healthyMs)}; ${lineOf(figures)}`
  },
})

const suspend = outageStep(
  'database suspended and woken',
  'idle connections end, the next request wakes it',
  async ({ compute }) => {
    const suspendedAt = performance.now()
    await compute.suspend()
    const isAwake = () => compute.readyAt > suspendedAt
    await until(isAwake, () => 'nobody woke it', WAKE_TIMEOUT_MS)
    return compute.readyAt
  },
)

const restart = outageStep(
  'database restarted',
  `killed and ${AWAY_MS / 1_000} s away`,
  async ({ compute }) => {
    await compute.restart(AWAY_MS)
    return compute.readyAt
  },
)

const blackHole = outageStep(
  'network black hole',
  `for ${BLACK_HOLE_MS / 1_000} s every packet is lost, open connections for ever`,
  async ({ network }) => {
    try {
      await network.become('black_hole')
      await delay(BLACK_HOLE_MS)
    } finally {
      await network.become('pass')
    }
    return performance.now()
  },
)

export const databaseSteps: readonly Step[] = [suspend, restart, blackHole]
