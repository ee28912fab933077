import { pause, type World } from '../../../adapters/postgres/faults/world.ts'

/** One fault from its beginning to its end. */
type Strike = (world: World) => Promise<unknown>

const network =
  (fault: 'refuse' | 'reset' | 'hang_up' | 'black_hole' | 'deaf'): Strike =>
  async ({ proxy }) => {
    await proxy.become(fault)
    // Mostly shorter than a request may wait, at times longer.
    await pause(200 + 2_800 * Math.random() ** 3)
    if (fault === 'deaf') proxy.cut()
    await proxy.become('pass')
  }

const strikes: Record<string, Strike> = {
  refuse: network('refuse'),
  reset: network('reset'),
  'hang up': network('hang_up'),
  'black hole': network('black_hole'),
  deaf: network('deaf'),
  'connections cut': async ({ proxy }) => proxy.cut(),
  'backends ended': (world) => world.terminate().catch(() => 0),
  'writing backends ended': (world) => world.terminate('insert').catch(() => 0),
  'server stopped': async ({ server }) => {
    await server.server.stop()
    await server.restart()
  },
  'server killed': async ({ server }) => {
    process.kill(server.server.pid, 'SIGKILL')
    await server.restart()
  },
}

/** About one fault a second, chosen at random, as long as the service runs. Returns how many of each there were. */
export const strikeFor = async (
  seconds: number,
  world: World,
  isRunning: () => boolean,
): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {}
  const names = Object.keys(strikes)
  const end = performance.now() + seconds * 1_000
  while (performance.now() < end && isRunning()) {
    const name = names[Math.trunc(Math.random() * names.length)] ?? ''
    counts[name] = (counts[name] ?? 0) + 1
    await strikes[name]?.(world)
    await pause(400 + Math.random() * 800)
  }
  await world.proxy.become('pass')
  return counts
}
