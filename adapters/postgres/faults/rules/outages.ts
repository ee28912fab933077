import type { NetworkFault } from '../fault-proxy.ts'
import type { Subject } from '../subjects.ts'
import { pause, type World } from '../world.ts'
import { assertFewDials, type Rule, recoversSoon } from './rule.ts'

/** A server that is there again answers the first request soon, however long it was away. */
const recoversAfter =
  (ms: number, fault: NetworkFault) => async (world: World, subject: Subject) => {
    await Promise.all([1, 2, 3, 4, 5].map(() => subject.read(0.1)))
    const asking = setInterval(() => subject.read().catch(() => undefined), 100)
    await world.proxy.become(fault)
    if (fault === 'reset') world.proxy.cut()
    const since = performance.now()
    await pause(ms)
    clearInterval(asking)
    assertFewDials(world, since)
    await world.proxy.become('pass')
    await recoversSoon(subject)
  }

const recoversFromRestart =
  (end: (server: World['server']['server']) => unknown) =>
  async (world: World, subject: Subject) => {
    await Promise.all([1, 2, 3].map(() => subject.read(0.1)))
    const asking = setInterval(() => subject.read().catch(() => undefined), 100)
    await end(world.server.server)
    await pause(1_000)
    await world.server.restart()
    clearInterval(asking)
    await recoversSoon(subject)
  }

export const outageRules: readonly Rule[] = [
  {
    id: 'A-15',
    title: 'after an outage of 5 s the first success comes within 2 s, with few dials on the way',
    options: { productionTimeouts: true },
    check: recoversAfter(5_000, 'refuse'),
  },
  {
    id: 'A-15',
    title: 'after an outage of 60 s the first success comes within 2 s, with few dials on the way',
    slow: true,
    options: { productionTimeouts: true },
    check: recoversAfter(60_000, 'reset'),
  },
  {
    id: 'A-15',
    title: 'after 12 s in a black hole the first success comes within 2 s',
    slow: true,
    options: { productionTimeouts: true, max: 5 },
    check: recoversAfter(12_000, 'black_hole'),
  },
  {
    id: 'A-15',
    title: 'after 1 s in a black hole with every slot caught the first success comes within 2 s',
    options: { productionTimeouts: true, max: 5 },
    check: recoversAfter(1_000, 'black_hole'),
  },
  {
    id: 'A-15',
    title: 'after a server that was killed is up again the first success comes within 2 s',
    options: { productionTimeouts: true },
    check: recoversFromRestart(({ pid }) => process.kill(pid, 'SIGKILL')),
  },
  {
    id: 'A-15',
    title: 'after a server that was stopped is up again the first success comes within 2 s',
    options: { productionTimeouts: true },
    check: recoversFromRestart((server) => server.stop()),
  },
]
