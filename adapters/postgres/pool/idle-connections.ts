import type { Connection } from './connection.ts'
import type { Timeouts } from './timeouts.ts'

/** Connections that nobody uses just now; closed after the idle timeout or the maximum lifetime. */
export const idleConnections = ({ idleTimeoutMs, maxLifetimeMs }: Timeouts) => {
  const idle: { connection: Connection; since: number }[] = []

  const isUsable = (connection: Connection, since: number, now: number): boolean =>
    connection.usable && now - since < idleTimeoutMs && now - connection.openedAt < maxLifetimeMs

  const destroyAll = () => {
    for (const { connection } of idle.splice(0)) connection.destroy()
  }

  const sweeper = setInterval(() => {
    const now = performance.now()
    for (const entry of idle.splice(0)) {
      if (isUsable(entry.connection, entry.since, now)) idle.push(entry)
      else entry.connection.destroy()
    }
  }, idleTimeoutMs / 4).unref()

  return {
    get size() {
      return idle.length
    },
    isUsable: (connection: Connection, now: number) => isUsable(connection, now, now),
    add: (connection: Connection, now: number): void => void idle.push({ connection, since: now }),
    /** The one used last, so that those that are not needed reach their idle timeout. */
    take: (now: number): Connection | undefined => {
      for (let last = idle.pop(); last; last = idle.pop()) {
        if (isUsable(last.connection, last.since, now)) return last.connection
        last.connection.destroy()
      }
      return undefined
    },
    destroyAll,
    close: () => {
      clearInterval(sweeper)
      destroyAll()
    },
  }
}
