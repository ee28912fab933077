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
  /** what the suite is told besides */
  suite?: Readonly<Record<string, string>>
}

interface Claim {
  /** what the changed service does, as the end of "the service …" */
  does: string
  severity: 'critical' | 'high' | 'medium' | 'low'
  /** group letters, or whole ids, of the checks that claim to catch it; empty for a variant */
  caughtBy: readonly string[]
  /** a variant that may leave the suite without a verdict, as long as nothing is called broken */
  undecided?: true
}

/**
 * A change to the composed service. Either it breaks one promise, and the checks of the named groups must
 * notice; or it is a variant that breaks none, and no check may complain.
 */
export interface Mutant extends Mutation, Claim {
  id: string
}

/**
 * Mutants of one severity that the same checks catch, by what the service does. The sentence gives the id too,
 * `sends weak ETags` the id `sends-weak-etags`; `does` tells it otherwise where the id says too little.
 */
export const mutants = (
  severity: Claim['severity'],
  caughtBy: readonly string[],
  bySentence: Readonly<Record<string, Mutation & Partial<Claim>>>,
): readonly Mutant[] =>
  Object.entries(bySentence).map(([does, own]) => ({
    id: does
      .toLowerCase()
      .replaceAll('’', '')
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replace(/-$/, ''),
    does,
    severity,
    caughtBy,
    ...own,
  }))
