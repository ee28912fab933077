import type { Connection } from './connection.ts'
import { type Failure, failureOf } from './failures.ts'
import type { Limits } from './timeouts.ts'

/** Opens connections as they are needed, and no faster than a database that is away can bear. */
export interface Dialling {
  /** Sees to it that as many dials are under way as are needed now. To be called whenever that may have changed. */
  update(): void
  /** how many are under way */
  readonly opening: number
  /** the last thing heard from the database was a failure */
  readonly failing: boolean
  /** A connection was lost: the next dial goes alone, to see whether there is still somebody. */
  doubt(): void
  close(): void
}

export interface DiallingOptions {
  limits: Limits
  open(signal: AbortSignal): Promise<Connection>
  /** how many more connections there is use and room for, those under way aside */
  needed(): number
  onOpen(connection: Connection): void
  /** @param hopeless nobody should wait for the next attempt */
  onFailure(failure: Failure, error: unknown, hopeless: boolean): void
}

interface Dial {
  abort: AbortController
  /** nothing was heard for a while: still hoped for, no longer counted on */
  stalled: boolean
  /** tried beside stalled ones */
  extra: boolean
  /** no longer needed, because a later one was answered */
  superseded: boolean
}

/**
 * While the database is away or was never met, one dial at a time. Those that get no answer at all are left to their patience,
 * for a server may be waking up; but beside them another is tried every second, because packets that were lost
 * with the network are not sent again soon after it is back.
 */
export const dialling = (options: DiallingOptions): Dialling => {
  const { limits, open, needed, onOpen, onFailure } = options
  const dials = new Set<Dial>()
  let failing = false
  let trusted = false
  let failingSince = 0
  let pause: NodeJS.Timeout | undefined
  let closed = false

  const stalled = () => [...dials].filter((dial) => dial.stalled)

  const update = () => {
    if (pause || closed) return
    const hanging = stalled().length
    const fresh = dials.size - hanging
    const allowed = failing || !trusted || hanging > 0 ? 1 : Number.POSITIVE_INFINITY
    for (let n = Math.min(needed(), allowed) - fresh; n > 0; n -= 1) void dial(hanging > 0)
  }

  const dial = async (extra: boolean) => {
    const own: Dial = { abort: new AbortController(), stalled: false, extra, superseded: false }
    dials.add(own)
    const late = setTimeout(() => own.abort.abort(), limits.connectMs)
    const stall = setTimeout(() => {
      if (extra) return own.abort.abort()
      own.stalled = true
      update()
    }, limits.stallMs)
    try {
      const connection = await open(own.abort.signal)
      dials.delete(own)
      if (closed) return connection.destroy()
      failing = false
      trusted = true
      if (extra) for (const other of stalled()) supersede(other)
      onOpen(connection)
    } catch (error) {
      dials.delete(own)
      if (!closed && !own.superseded) failed(error, own)
    } finally {
      clearTimeout(late)
      clearTimeout(stall)
      update()
    }
  }

  const supersede = (dial: Dial) => {
    dial.superseded = true
    dials.delete(dial)
    dial.abort.abort()
  }

  const failed = (error: unknown, { abort }: Dial) => {
    const failure = failureOf(error)
    const now = performance.now()
    if (!failing) failingSince = now
    failing = true
    trusted = false
    const permanent = failure.kind === 'permanent'
    onFailure(failure, error, permanent || now - failingSince > limits.acquireMs)
    // One that hung has taken its time already.
    if (abort.signal.aborted) return
    const ms = permanent ? limits.mendMs : limits.redialMs * (0.8 + 0.4 * Math.random())
    pause ??= setTimeout(() => {
      pause = undefined
      update()
    }, ms).unref()
  }

  return {
    update,
    get opening() {
      return dials.size
    },
    get failing() {
      return failing
    },
    doubt: () => {
      trusted = false
    },
    close: () => {
      closed = true
      clearTimeout(pause)
      for (const { abort } of dials) abort.abort()
    },
  }
}
