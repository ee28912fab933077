/** How long anything may take, in milliseconds. Together they stay below the 10 s that a request may last. */
export const timeouts = {
  /** to get a connection from the pool; after that the caller is told that the service is overloaded, or that the database is away */
  acquireTimeoutMs: 2_000,
  /** to connect, shake hands and log in: Neon may take seconds to wake (neon.com/docs/connect/connection-latency) */
  connectTimeoutMs: 10_000,
  /** an attempt to connect without an answer gets a second one beside it; a connection busy for longer may be dead */
  stallTimeoutMs: 1_000,
  /** one statement, enforced by the server */
  statementTimeoutMs: 4_000,
  /** one statement, enforced by the client, for when the server or the network no longer answers */
  queryTimeoutMs: 4_500,
  /** for a row or key that another statement has locked, enforced by the server */
  lockTimeoutMs: 2_000,
  /** all attempts of one call together */
  callTimeoutMs: 8_500,
  /** between two attempts to connect while the database cannot be reached */
  reconnectDelayMs: 250,
  /** the same after a permanent failure, which only a changed configuration ends */
  permanentFailureDelayMs: 1_000,
  /** a connection that is idle for longer is closed, so that Neon and Railway may sleep */
  idleTimeoutMs: 60_000,
  /** a connection that is older is replaced, so that load spreads again after a failover */
  maxLifetimeMs: 30 * 60_000,
}

export type Timeouts = typeof timeouts
