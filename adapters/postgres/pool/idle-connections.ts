import type { Connection } from './connection.ts'
import type { Limits } from './timeouts.ts'

/** Connections that nobody uses just now, retired by idleness and age. */
export const idleConnections = (limits: Limits) => {
  const kept: { connection: Connection; since: number }[] = []

  const isFit = (connection: Connection, since: number, now: number): boolean =>
    connection.fit && now - since < limits.idleMs && now - connection.since < limits.ageMs

  const drop = () => {
    for (const { connection } of kept.splice(0)) connection.destroy()
  }

  const sweeper = setInterval(() => {
    const now = performance.now()
    for (const one of kept.splice(0)) {
      if (isFit(one.connection, one.since, now)) kept.push(one)
      else one.connection.destroy()
    }
  }, limits.idleMs / 4).unref()

  return {
    get size() {
      return kept.length
    },
    isFit: (connection: Connection, now: number) => isFit(connection, now, now),
    keep: (connection: Connection, now: number): void => void kept.push({ connection, since: now }),
    /** The one used last, so that those that are not needed grow old and go. */
    take: (now: number): Connection | undefined => {
      for (let last = kept.pop(); last; last = kept.pop()) {
        if (isFit(last.connection, last.since, now)) return last.connection
        last.connection.destroy()
      }
      return undefined
    },
    drop,
    close: () => {
      clearInterval(sweeper)
      drop()
    },
  }
}
