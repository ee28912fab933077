import type { Probe } from '../../application/ports/probe.ts'

/** A probe for tests, which succeeds while `healthy` is true. */
export const switchableProbe = (): Probe & { healthy: boolean } => {
  const probe = {
    healthy: true,
    check: async () => {
      if (!probe.healthy) throw new Error('switched off')
    },
  }
  return probe
}
