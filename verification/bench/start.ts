import { setTimeout as delay } from 'node:timers/promises'
import { median } from '../../adapters/postgres/bench/quantile.ts'
import { residentMb } from '../../bootstrap/system/usage.ts'
import { startService } from './targets.ts'

const RUNS = 7
const IDLE_MS = 3_000

export interface Start {
  /** from the start of the process to the first 200 of /health, which has then asked its database */
  startMs: number
  /** resident memory, idle */
  idleMb: number
}

/** The medians of several starts of the production build. */
export const measureStart = async (
  cwd: string,
  databaseUrl: string,
  node?: string,
): Promise<Start> => {
  const times: number[] = []
  const sizes: number[] = []
  for (let run = 0; run < RUNS; run += 1) {
    const since = performance.now()
    const service = await startService(cwd, databaseUrl, {}, node)
    try {
      times.push(performance.now() - since)
      await delay(IDLE_MS)
      sizes.push(residentMb(service.pid))
    } finally {
      await service.kill()
    }
  }
  return { startMs: median(times), idleMb: median(sizes) }
}
