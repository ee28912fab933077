import type { Probe } from '../../application/ports/probe.ts'

/** A probe that answers as it is told to, for tests. */
export const switchableProbe = (): Probe & { healthy: boolean } => {
  const probe = {
    healthy: true,
    check: async () => {
      if (!probe.healthy) throw new Error('switched off')
    },
  }
  return probe
}
