import { type FaultProxy, faultProxy } from '../../../adapters/postgres/faults/fault-proxy.ts'
import type { Authority } from './certificates.ts'
import { type Compute, compute } from './compute.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import type { Names } from './names.ts'

/** A project at Neon: a compute, its two hosts, and a network before the one that requests take. */
export interface Neon {
  compute: Compute
  network: FaultProxy
  pooled: Endpoint
  /** as the console's Connect dialog shows them */
  url: string
  unpooledUrl: string
  close(): Promise<void>
}

export const neon = async (ca: Authority, names: Names, coldStartMs?: number): Promise<Neon> => {
  const own = await compute(coldStartMs)
  const [pooled, direct] = await Promise.all([
    endpoint({ identity: ca.issue([names.pooler]), awake: () => own.awake(true) }),
    endpoint({ identity: ca.issue([names.direct]), awake: () => own.awake(false) }),
  ])
  const network = await faultProxy(`postgresql://127.0.0.1:${pooled.port}`)
  const { user, password, database } = own
  const at = (host: string, port: number) =>
    `postgresql://${user}:${password}@${host}:${port}/${database}?sslmode=require&channel_binding=require`
  return {
    compute: own,
    network,
    pooled,
    url: at(names.pooler, network.port),
    unpooledUrl: at(names.direct, direct.port),
    close: async () => {
      await network.close()
      await Promise.all([pooled.close(), direct.close()])
      await own.stop()
    },
  }
}
