import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs'

const { O_RDONLY, O_WRONLY, O_NONBLOCK } = constants

/** A pipe between a service and who reads its log; Node's own children get sockets, which hold more. */
export interface Pipe {
  /** the end that the service writes to */
  readonly writing: number
  /** What is there to be read, at most so many bytes. */
  read(bytesMax: number): string
  /** Fills it up, so that whoever writes next would have to wait. */
  fill(): void
  /** Leaves writing to the service alone. */
  handOver(): void
  close(): void
}

/** Of a path that does not exist yet. */
export const pipeAt = (path: string): Pipe => {
  execFileSync('mkfifo', [path])
  const reading = openSync(path, O_RDONLY | O_NONBLOCK)
  const writing = openSync(path, O_WRONLY)
  return {
    writing,
    read: (bytesMax) => {
      const buffer = Buffer.alloc(Math.min(bytesMax, 1024 * 1024))
      return tried(() => buffer.toString('latin1', 0, readSync(reading, buffer))) ?? ''
    },
    fill: () => {
      const end = openSync(path, O_WRONLY | O_NONBLOCK)
      while (tried(() => writeSync(end, '.'.repeat(4_096))) !== undefined);
      closeSync(end)
    },
    handOver: () => closeSync(writing),
    close: () => closeSync(reading),
  }
}

/** Undefined where it would have to wait. */
const tried = <T>(attempt: () => T): T | undefined => {
  try {
    return attempt()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined
    throw error
  }
}
