import pino from 'pino'

/** Lines that nobody has read yet. What comes beyond is dropped, and counted. */
const HELD_MAX_BYTES = 1024 * 1024
/** How long the end of a process waits for a reader that is slow. */
const LAST_LINES_MS = 1_000
const TRY_AGAIN_MS = 20

/**
 * Writes lines many at a time, since each write is a call of the system: after 100 ms or 4 kB. With 16 kB each line
 * costs a microsecond more, because sonic-boom measures its whole buffer anew with every line. Where the reader does
 * not keep up nothing waits for it: what cannot be written is held, up to 1 MiB.
 */
export const bufferedOutput = (dest: number | string) => {
  const stream = pino.destination({
    dest,
    sync: true,
    minLength: 4_096,
    maxLength: HELD_MAX_BYTES,
    periodicFlush: 100,
    retryEAGAIN: () => false,
  })
  let dropped = 0
  let droppedEver = 0
  let written = 0
  stream.on('error', () => {
    written = -1
  })
  stream.on('drop', () => {
    dropped += 1
    droppedEver += 1
  })
  stream.on('write', (bytes) => {
    written = bytes
    // There is room again only after this event.
    if (dropped > 0 && bytes > 0) queueMicrotask(tell)
  })
  const tell = () => {
    const line = { level: 'warn', time: new Date().toISOString(), dropped }
    const before = dropped
    dropped = 0
    stream.write(
      `${JSON.stringify({ ...line, message: 'log lines were dropped: nobody read them' })}\n`,
    )
    // There was none yet, and this line is one of them.
    if (dropped > 0) dropped = before
  }
  /** Writes all that is held, as long as somebody reads it. `flushSync` would wait for ever where nobody does. */
  const finish = () => {
    const end = performance.now() + LAST_LINES_MS
    do {
      stream.flush()
      if (written < 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, TRY_AGAIN_MS)
    } while (written !== 0 && performance.now() < end)
  }
  return Object.assign(stream, { finish, dropped: () => droppedEver })
}

let output: ReturnType<typeof bufferedOutput> | undefined

/** One for all loggers, so that lines keep their order. What is left at the end is written when the process exits. */
export const standardOutput = (): ReturnType<typeof bufferedOutput> => {
  if (output) return output
  // To look at it makes a pipe one that does not block (libuv's uv_pipe_open): a write to a full one then fails with
  // EAGAIN, where otherwise it would stop the process until somebody reads.
  void process.stdout
  const stream = bufferedOutput(1)
  process.on('exit', stream.finish)
  output = stream
  return stream
}
