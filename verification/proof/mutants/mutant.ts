import type { FastifyInstance } from 'fastify'
import type { HttpSettings } from '../../../adapters/http/server.ts'
import type { Identity } from '../../../application/ports/identity.ts'
import type { TaskStore } from '../../../application/ports/owned-tasks.ts'
import type { Probe } from '../../../application/ports/probe.ts'
import type { Interceptor } from '../../../bootstrap/system/reverse-proxy.ts'

/** What is changed in the composed service. */
export interface Mutation {
  identity?: (real: Identity) => Identity
  tasks?: (real: TaskStore) => TaskStore
  probe?: (real: Probe) => Probe
  settings?: Partial<HttpSettings>
  app?: (app: FastifyInstance) => void
  proxy?: () => Interceptor
}

interface Claim {
  /** what the changed service does, as the end of "the service …" */
  does: string
  severity: 'critical' | 'high' | 'medium' | 'low'
  /** group letters, or whole ids, of the checks that claim to catch it; empty for a variant */
  caughtBy: readonly string[]
}

/**
 * A change to the composed service. Either it breaks one promise, and the checks of the named groups must
 * notice; or it is a variant that breaks none, and no check may complain.
 */
export interface Mutant extends Mutation, Claim {
  id: string
}

/** Mutants by id, with what they have in common; the id tells what the service does where nothing else does. */
export const mutants = (
  common: Omit<Claim, 'does'>,
  byId: Readonly<Record<string, Mutation & Partial<Claim>>>,
): readonly Mutant[] =>
  Object.entries(byId).map(([id, own]) => ({
    id,
    does: id.replaceAll('-', ' '),
    ...common,
    ...own,
  }))
