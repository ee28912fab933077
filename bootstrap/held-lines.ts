import type { DestinationStream } from 'pino'

/** How long a line about a request may be held back, and how much of them at once. */
const HOLD_MS = 100
const HOLD_CHARACTERS = 16_384

/** What the server says of each request that it has answered. */
const REQUEST = 'request'

interface HeldLines extends DestinationStream {
  /** Writes at once all that is held. */
  flush(): void
}

/**
 * Lines about requests are written many at a time, since each write is a call of the system.
 * Any other line is written before the next statement runs, with all that came before it: what is still on its
 * way when a process ends is lost, and the last line of a process is the one that tells why it ended.
 */
export const heldLines = (write: (lines: string) => void): HeldLines => {
  let held = ''
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    if (held === '') return
    const lines = held
    held = ''
    write(lines)
  }
  const stream = {
    // Asks pino to leave here what it knows of the line (its `metadata` symbol).
    [Symbol.for('pino.metadata')]: true,
    lastMsg: '',
    flush,
    write: (line: string) => {
      held += line
      if (stream.lastMsg !== REQUEST || held.length > HOLD_CHARACTERS) flush()
      else timer ??= setTimeout(flush, HOLD_MS).unref()
    },
  }
  return stream
}
