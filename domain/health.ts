/** What the deep check found: the database answered a real question, or it did not. */
export type Health =
  | { status: 'ok'; database: { status: 'connected'; latencyMs: number } }
  | { status: 'unavailable'; database: { status: 'disconnected' } }

export const healthy = (latencyMs: number): Health => ({
  status: 'ok',
  // A tenth of a millisecond is as fine as a round trip can honestly be told.
  database: { status: 'connected', latencyMs: Math.round(latencyMs * 10) / 10 },
})

export const unhealthy: Health = { status: 'unavailable', database: { status: 'disconnected' } }
