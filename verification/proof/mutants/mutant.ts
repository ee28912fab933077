import type { FastifyInstance } from 'fastify'
import type { HttpSettings } from '../../../adapters/http/server.ts'
import type { Identity } from '../../../application/ports/identity.ts'
import type { TaskStore } from '../../../application/ports/owned-tasks.ts'
import type { Probe } from '../../../application/ports/probe.ts'
import type { Interceptor } from '../../../bootstrap/system/reverse-proxy.ts'
import type { Owner } from '../../../domain/owner.ts'

/**
 * A change to the composed service. As a fault it breaks one promise, and the checks of the named groups
 * must notice; as a variant it breaks none, and no check may complain.
 */
export interface Plant {
  id: string
  /** what the changed service does, as the end of "the service …" */
  does: string
  severity: 'critical' | 'high' | 'medium' | 'low'
  /** group letters, or whole ids, of the checks that claim to catch it; empty for a variant */
  caughtBy: readonly string[]
  identity?: (real: Identity) => Identity
  tasks?: (real: TaskStore) => TaskStore
  probe?: (real: Probe) => Probe
  settings?: Partial<HttpSettings>
  app?: (app: FastifyInstance) => void
  front?: () => Interceptor
}

/** One of something for each owner, kept as long as the service runs: stores are asked anew for each request. */
export const perOwner = <T>(make: (owner: Owner) => T): ((owner: Owner) => T) => {
  const made = new Map<Owner, T>()
  return (owner) => {
    const kept = made.get(owner) ?? make(owner)
    made.set(owner, kept)
    return kept
  }
}

type Rest = Omit<Plant, 'id' | 'does' | 'severity' | 'caughtBy'>

/** Numbered in the order in which they are written down. */
export const plants = (
  prefix: string,
  list: readonly (readonly [Plant['severity'], string, readonly string[], Rest])[],
): Plant[] =>
  list.map(([severity, does, caughtBy, rest], index) => ({
    id: `${prefix}${String(index + 1).padStart(2, '0')}`,
    severity,
    does,
    caughtBy,
    ...rest,
  }))
