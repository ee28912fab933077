import { request } from '../../../bootstrap/system/http-client.ts'
import type { ServiceProcess } from '../../../bootstrap/system/service-process.ts'
import { residentMb } from '../../../bootstrap/system/usage.ts'

const INTERVAL_MS = 1_000

/** Asks every second whether the service lives, and what memory it takes. */
export const watch = ({ port, pid }: ServiceProcess) => {
  const it = { livezFailures: 0, memoryMb: [] as number[], stop: () => clearInterval(timer) }
  const timer = setInterval(async () => {
    it.memoryMb.push(residentMb(pid))
    const response = await request(port, '/livez').catch(() => undefined)
    if (response?.status !== 200) it.livezFailures += 1
  }, INTERVAL_MS)
  return it
}
