/** What may be waited for, in milliseconds. Together they stay below the 10 s that a request may last. */
export const limits = {
  /** for a free connection; after that the caller is told that the service is overloaded */
  acquireMs: 2_000,
  /** to dial, shake hands and log in: Neon may take seconds to wake (neon.com/docs/connect/connection-latency) */
  connectMs: 10_000,
  /** for one dial before a second one is tried beside it; with `redialMs` it bounds how long recovery goes unseen */
  stallMs: 1_000,
  /** one statement, enforced by the server */
  statementMs: 4_000,
  /** one statement, enforced here, where the server or the network may have fallen silent */
  silenceMs: 4_500,
  /** for a row or key that another statement holds, enforced by the server */
  lockMs: 2_000,
  /** all attempts of one call together */
  callMs: 8_500,
  /** between two dials while the database cannot be reached */
  redialMs: 250,
  /** the same while only a changed configuration can help */
  mendMs: 1_000,
  /** an idle connection is closed, so that Neon and Railway may sleep */
  idleMs: 60_000,
  /** a connection is replaced, so that load and failovers spread */
  ageMs: 30 * 60_000,
}

export type Limits = typeof limits
