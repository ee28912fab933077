import autocannon, { type Client, type Request } from 'autocannon'
import { cpuUs, residentMb, type Target } from './targets.ts'

/** One kind of request, made for the nth connection, so that no two of them want the same row. */
export interface Load {
  name: string
  request(connection: number): Request
}

export interface Pace {
  /** answers a second */
  rate: number
  /** milliseconds */
  p50: number
  p99: number
  /** microseconds of the target's process for each answer */
  cpuUs: number
  /** resident megabytes of the target's process at the end */
  memoryMb: number
}

/** Asks as fast as the answers come. @throws Error where one of them is not a success */
export const pace = async (
  target: Target,
  load: Load,
  connections: number,
  seconds: number,
): Promise<Pace> => {
  const times: number[] = []
  let refused: number | undefined
  let connection = 0
  const before = cpuUs(target.process)
  const since = performance.now()
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
      if (status < 200 || status > 299) refused = status
    })
  })
  const elapsed = performance.now() - since
  if (refused !== undefined || errors > 0) {
    const what = `${load.name} of ${target.name} at ${connections} connections`
    throw new Error(`${what}: ${refused ?? `${errors} connections failed`}`)
  }
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.trunc(times.length * share)] ?? Number.NaN
  return {
    rate: (times.length * 1_000) / elapsed,
    p50: at(0.5),
    p99: at(0.99),
    cpuUs: (cpuUs(target.process) - before) / times.length,
    memoryMb: residentMb(target.process),
  }
}
