/** How somebody reads the log of a service. */
export interface Reader {
  name: string
  /** bytes that are read each second, when this part of the time is over */
  bytesPerSecond(part: number): number
  /** whether it reads the rest in the end, so that every line has to be there or be told as dropped */
  complete?: true
  /** where standard output goes instead of a pipe */
  path?: string
  /** whether standard error is the one that nobody reads */
  stderrIsFull?: true
}

const ALL = Number.POSITIVE_INFINITY

export const readers: readonly Reader[] = [
  { name: 'reads everything', bytesPerSecond: () => ALL, complete: true },
  { name: 'reads nothing', bytesPerSecond: () => 0 },
  { name: 'reads a byte a second', bytesPerSecond: () => 1 },
  {
    name: 'stalls and comes back',
    bytesPerSecond: (part) => (part < 0.7 ? 0 : ALL),
    complete: true,
  },
  {
    name: 'stalls again and again',
    bytesPerSecond: (part) => (Math.floor(part * 10) % 2 === 0 ? 0 : ALL),
    complete: true,
  },
  {
    name: 'reads all but standard error',
    bytesPerSecond: () => ALL,
    complete: true,
    stderrIsFull: true,
  },
  { name: 'is a disk that is full', bytesPerSecond: () => 0, path: '/dev/full' },
]
