import { type FaultProxy, faultProxy } from '../../../adapters/postgres/faults/fault-proxy.ts'
import type { CertificateAuthority } from './certificates.ts'
import { type Compute, compute } from './compute.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import type { Hosts } from './hosts.ts'

/** A project at Neon: a compute, its two hosts, and a network before the one that the service uses. */
export interface Neon {
  compute: Compute
  network: FaultProxy
  pooled: Endpoint
  /** as the console's Connect dialog shows them */
  url: string
  unpooledUrl: string
  close(): Promise<void>
}

export const neon = async (
  ca: CertificateAuthority,
  hosts: Hosts,
  coldStartMs?: number,
): Promise<Neon> => {
  const own = await compute(coldStartMs)
  const [pooled, direct] = await Promise.all([
    endpoint(await ca.issue([hosts.pooler]), () => own.wake(true)),
    endpoint(await ca.issue([hosts.direct]), () => own.wake(false)),
  ])
  const network = await faultProxy(`postgresql://127.0.0.1:${pooled.port}`)
  const { user, password, database } = own
  const urlOf = (host: string, port: number) =>
    `postgresql://${user}:${password}@${host}:${port}/${database}?sslmode=require&channel_binding=require`
  return {
    compute: own,
    network,
    pooled,
    url: urlOf(hosts.pooler, network.port),
    unpooledUrl: urlOf(hosts.direct, direct.port),
    close: async () => {
      await network.close()
      await Promise.all([pooled.close(), direct.close()])
      await own.close()
    },
  }
}
