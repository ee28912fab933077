import type { ServerFacts } from '../server-facts.ts'

/** How many connections the pool may have, by what is known of the database so far. */
export interface Size {
  /** To be told what each statement took from sending to its answer. */
  answered(ms: number): void
  /** To be told when the last connection was lost: the next one may lead somewhere else. */
  forget(): void
  /** milliseconds to the database and back; 0 where nothing is known */
  distanceMs(): number
  connections(server: ServerFacts | undefined): number
}

/** Enough for a database beside the service, whose cores are busy before these are. */
const NEAR = 10
/**
 * Farther away a connection waits for the network most of the time, so there are as many as carry this many statements
 * a millisecond together: 60 at a distance of 30 ms, if the server has them.
 */
const STATEMENTS_PER_MS = 2

/** The number that somebody chose, or one that follows from the distance and from what the server has. */
export const poolSize = (chosen?: number): Size => {
  /** the quickest answer, which is the way there and back: some statements take next to nothing */
  let distanceMs = 0
  const forget = () => {
    distanceMs = Number.POSITIVE_INFINITY
  }
  forget()
  const known = () => (distanceMs < Number.POSITIVE_INFINITY ? distanceMs : 0)
  return {
    forget,
    distanceMs: known,
    answered: (ms) => {
      if (ms < distanceMs) distanceMs = ms
    },
    connections: (server) => {
      if (chosen !== undefined) return chosen
      if (!server) return NEAR
      return Math.min(shareOf(server), Math.max(NEAR, Math.ceil(known() * STATEMENTS_PER_MS)))
    },
  }
}

/** Of a server's connections these may be used; the others are for migrations and people (decisions/0045). */
const USABLE = 0.9
const RESERVED = 10
/** So many replicas find room, or half as many while one deploy follows another. */
const REPLICAS = 4
const LEAST = 2
const MOST = 100

/** A pooler lends a connection for one statement at a time, so there each replica may have as many as all together. */
const shareOf = ({ pooled, maxConnections }: ServerFacts): number => {
  const usable = maxConnections * USABLE - RESERVED
  return Math.min(MOST, Math.max(LEAST, Math.floor(pooled ? usable : usable / REPLICAS)))
}
