import { setTimeout as delay } from 'node:timers/promises'
import type { Neon } from '../platform/neon.ts'
import type { Stage } from '../stage.ts'
import type { Step } from '../step.ts'
import {
  assertGraceful,
  inSeconds,
  type Recovery,
  recoveryFrom,
  told,
  underLoad,
} from '../under-load.ts'

const AWAY_MS = 3_000
const SILENT_MS = 4_000
const WOKEN_WITHIN_MS = 15_000

const PROMISE =
  'orderly 503s within 10 s and /livez 200 meanwhile, requests served again within 2 s, /health within 2.5 s'

/** One outage under load. The blow resolves with the moment from which the database could be had again. */
const outage = async (stage: Stage, blow: (neon: Neon) => Promise<number>): Promise<string> => {
  const { neon } = stage
  if (!neon) throw new Error('there is no database')
  let recovery: Recovery = { servedMs: 0, healthyMs: 0 }
  const figures = await underLoad(stage, async () => {
    recovery = await recoveryFrom(stage, await blow(neon))
  })
  assertGraceful(figures, recovery)
  const { servedMs, healthyMs } = recovery
  return `served again after ${inSeconds(servedMs)}, /health after ${inSeconds(healthyMs)}; ${told(figures)}`
}

const suspend: Step<Stage> = {
  name: 'database suspended and woken',
  promised: `idle connections end, the next request wakes it: ${PROMISE}`,
  needs: ['steady load'],
  run: (stage) =>
    outage(stage, async ({ compute }) => {
      const asleep = performance.now()
      await compute.suspend()
      while (compute.readyAt < asleep) {
        if (performance.now() - asleep > WOKEN_WITHIN_MS) throw new Error('nobody woke it')
        await delay(20)
      }
      return compute.readyAt
    }),
}

const restart: Step<Stage> = {
  name: 'database restarted',
  promised: `killed and ${AWAY_MS / 1_000} s away: ${PROMISE}`,
  needs: ['steady load'],
  run: (stage) =>
    outage(stage, async ({ compute }) => {
      await compute.restart(AWAY_MS)
      return compute.readyAt
    }),
}

const blackHole: Step<Stage> = {
  name: 'network black hole',
  promised: `for ${SILENT_MS / 1_000} s every packet is lost, open connections for ever: ${PROMISE}`,
  needs: ['steady load'],
  run: (stage) =>
    outage(stage, async ({ network }) => {
      try {
        await network.become('black_hole')
        await delay(SILENT_MS)
      } finally {
        await network.become('pass')
      }
      return performance.now()
    }),
}

export const databaseDrills: readonly Step<Stage>[] = [suspend, restart, blackHole]
