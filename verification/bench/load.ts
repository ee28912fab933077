import autocannon, { type Client, type Request } from 'autocannon'
import { median, quantile } from '../../adapters/postgres/bench/quantile.ts'
import { cpuUs, residentMb } from '../../bootstrap/system/usage.ts'
import type { Target } from './targets.ts'

/** What the nth connection asks for, by turns, so that no two of them want the same row. */
export interface Load {
  name: string
  requests(connection: number): Request[]
}

export interface Measurement {
  /** successes a second */
  rate: number
  /** 503s among a thousand responses */
  refused: number
  /** milliseconds */
  p50: number
  p99: number
  /** microseconds of the target's process for each response */
  cpuUs: number
  /** resident megabytes of the target's process at the end */
  memoryMb: number
}

/**
 * Sends each request as soon as the last response came, and counts those that are refused.
 * @throws Error where one is answered in another way than with a success
 */
export const measure = async (
  target: Target,
  load: Load,
  connections: number,
  seconds: number,
): Promise<Measurement> => {
  const { pid } = target.process
  const times: number[] = []
  let refused = 0
  let failure: string | undefined
  let connection = 0
  const cpuBefore = cpuUs(pid)
  const start = performance.now()
  const setupClient = (client: Client) => {
    const requests = load.requests(connection)
    connection += 1
    client.setRequests(
      requests.map((one) => ({ ...one, headers: { ...target.headers, ...one.headers } })),
    )
  }
  const { errors } = await new Promise<autocannon.Result>((resolve, reject) => {
    const options = { url: target.url, connections, duration: seconds, setupClient }
    const run = autocannon(options, (error, result) => (error ? reject(error) : resolve(result)))
    run.on('response', (_client, status, _bytes, ms) => {
      if (status === 503) refused += 1
      else times.push(ms)
      if (status !== 503 && (status < 200 || status > 299)) failure = String(status)
    })
  })
  const elapsedMs = performance.now() - start
  if (errors > 0) failure ??= `${errors} connections failed`
  if (failure)
    throw new Error(`${load.name} of ${target.name} at ${connections} connections: ${failure}`)
  return {
    rate: (times.length * 1_000) / elapsedMs,
    refused: (refused * 1_000) / (times.length + refused),
    p50: median(times),
    p99: quantile(times, 0.99),
    cpuUs: (cpuUs(pid) - cpuBefore) / times.length,
    memoryMb: residentMb(pid),
  }
}
