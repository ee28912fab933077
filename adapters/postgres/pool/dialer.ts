import type { Connection } from './connection.ts'
import { type Failure, failureOf } from './failures.ts'
import type { Timeouts } from './timeouts.ts'

/** Opens connections as they are needed, and no faster than a database that is unavailable can bear. */
export interface Dialer {
  /** Starts as many dials as are needed now. To be called whenever that may have changed. */
  update(): void
  /** how many are under way */
  readonly connecting: number
  /** the last dial failed, or has had no answer for `stallTimeoutMs` */
  readonly failing: boolean
  /** To be called when a connection was lost: until the next one succeeds, there is one dial at a time. */
  connectionLost(): void
  close(): void
}

export interface DialerOptions {
  timeouts: Timeouts
  open(signal: AbortSignal): Promise<Connection>
  /** how many connections are missing, not counting those that are being opened */
  needed(): number
  onOpen(connection: Connection): void
  /** @param giveUp pending callers should not wait for the next attempt */
  onFailure(failure: Failure, error: unknown, giveUp: boolean): void
}

interface Dial {
  abort: AbortController
  /** without an answer for `stallTimeoutMs`; it may still succeed, but another one is tried */
  stalled: boolean
  /** tried beside stalled ones */
  extra: boolean
  /** no longer needed, because a later one was answered */
  superseded: boolean
}

/**
 * While the database is unavailable or has not been reached yet, there is one dial at a time. A dial without an answer
 * keeps its whole connect timeout, for the server may be waking up; beside it another one is tried every
 * `stallTimeoutMs`, because a first packet lost by the network is sent again only long after the network is back.
 */
export const dialer = (options: DialerOptions): Dialer => {
  const { timeouts, open, needed, onOpen, onFailure } = options
  const dials = new Set<Dial>()
  let failing = false
  let failingSince = 0
  /** the last dial succeeded and no connection was lost since: any number may be opened at once */
  let trusted = false
  let delay: NodeJS.Timeout | undefined
  let closed = false

  const stalled = () => [...dials].filter((dial) => dial.stalled)

  const update = () => {
    if (delay || closed) return
    const stalledDials = stalled().length
    const most = failing || !trusted || stalledDials > 0 ? 1 : Number.POSITIVE_INFINITY
    const underWay = dials.size - stalledDials
    for (let n = Math.min(needed(), most) - underWay; n > 0; n -= 1) void dial(stalledDials > 0)
  }

  const dial = async (extra: boolean) => {
    const own: Dial = { abort: new AbortController(), stalled: false, extra, superseded: false }
    dials.add(own)
    const connectTimer = setTimeout(() => own.abort.abort(), timeouts.connectTimeoutMs)
    const stallTimer = setTimeout(() => {
      if (extra) return own.abort.abort()
      own.stalled = true
      update()
    }, timeouts.stallTimeoutMs)
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
      clearTimeout(connectTimer)
      clearTimeout(stallTimer)
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
    onFailure(failure, error, permanent || now - failingSince > timeouts.acquireTimeoutMs)
    // After a timeout there was delay enough.
    if (abort.signal.aborted) return
    const jitter = 0.8 + 0.4 * Math.random()
    delay ??= setTimeout(
      () => {
        delay = undefined
        update()
      },
      permanent ? timeouts.permanentFailureDelayMs : timeouts.reconnectDelayMs * jitter,
    ).unref()
  }

  return {
    update,
    get connecting() {
      return dials.size
    },
    get failing() {
      return failing || stalled().length > 0
    },
    connectionLost: () => {
      trusted = false
    },
    close: () => {
      closed = true
      clearTimeout(delay)
      for (const { abort } of dials) abort.abort()
    },
  }
}
