import autocannon, { type Client, type Request } from 'autocannon'
import { median, quantile } from '../../adapters/postgres/bench/quantile.ts'
import { cpuUs, residentMb } from '../../bootstrap/system/usage.ts'
import type { Target } from './targets.ts'

/** One kind of request, made for the nth connection, so that no two of them want the same row. */
export interface Load {
  name: string
  request(connection: number): Request
}

export interface Measurement {
  /** responses a second */
  rate: number
  /** milliseconds */
  p50: number
  p99: number
  /** microseconds of the target's process for each response */
  cpuUs: number
  /** resident megabytes of the target's process at the end */
  memoryMb: number
}

/** Sends each request as soon as the last response came. @throws Error where one of them is not a success */
export const measure = async (
  target: Target,
  load: Load,
  connections: number,
  seconds: number,
): Promise<Measurement> => {
  const { pid } = target.process
  const times: number[] = []
  let failure: string | undefined
  let connection = 0
  const cpuBefore = cpuUs(pid)
  const start = performance.now()
  const setupClient = (client: Client) => {
    const request = load.request(connection)
    connection += 1
    client.setRequests([{ ...request, headers: { ...target.headers, ...request.headers } }])
  }
  const { errors } = await new Promise<autocannon.Result>((resolve, reject) => {
    const options = { url: target.url, connections, duration: seconds, setupClient }
    const run = autocannon(options, (error, result) => (error ? reject(error) : resolve(result)))
    run.on('response', (_client, status, _bytes, ms) => {
      times.push(ms)
      if (status < 200 || status > 299) failure = String(status)
    })
  })
  const elapsedMs = performance.now() - start
  if (errors > 0) failure ??= `${errors} connections failed`
  if (failure)
    throw new Error(`${load.name} of ${target.name} at ${connections} connections: ${failure}`)
  return {
    rate: (times.length * 1_000) / elapsedMs,
    p50: median(times),
    p99: quantile(times, 0.99),
    cpuUs: (cpuUs(pid) - cpuBefore) / times.length,
    memoryMb: residentMb(pid),
  }
}
