import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { throwawayServer } from '../../adapters/postgres/embedded/throwaway.ts'
import { BOUND_MS, fateful, pause, type World } from '../../adapters/postgres/faults/world.ts'
import { throwawayBuild } from './build.ts'
import { request } from './http-client.ts'
import { sharedSecretToken } from './issuer.ts'
import { logOf } from './program.ts'
import {
  migrateDatabase,
  SECRET,
  type ServiceProcess,
  serviceEnv,
  serviceProcess,
} from './service-process.ts'
import { until } from './wait.ts'

const CLIENTS = 16
/** Neither log nor answer of a failure may hold it. */
const ROW_VALUE = 'only-the-row-knows'

interface Figures {
  requests: number
  acknowledged: number
  answers: Record<string, number>
  slowestMs: number
  livezFailures: number
  faults: Record<string, number>
}

/**
 * Clients that write with idempotency keys and try again until each write is acknowledged, while the database
 * suffers about one fault a second. Afterwards every write has to be there, once.
 */
export const durability = async (
  seconds: number,
  say: (line: string) => void,
): Promise<boolean> => {
  const server = await throwawayServer()
  const world = await fateful(server)
  const built = await throwawayBuild()
  await migrateDatabase(built.directory, server.url)
  const env = { ...serviceEnv(world.url), RATE_LIMIT_PER_MINUTE: '1000000' }
  const service = await serviceProcess({ cwd: built.directory, env })
  await service.wrote('"message":"ready"')
  const figures: Figures = {
    requests: 0,
    acknowledged: 0,
    answers: {},
    slowestMs: 0,
    livezFailures: 0,
    faults: {},
  }
  const memory: number[] = []
  const state = { over: false }
  const clients = Array.from({ length: CLIENTS }, (_, n) => client(service, n, figures, state))
  const watch = setInterval(() => {
    memory.push(residentMb(service.pid))
    request(service.port, '/livez').then(
      ({ status }) => {
        figures.livezFailures += status === 200 ? 0 : 1
      },
      () => {
        figures.livezFailures += 1
      },
    )
  }, 1_000)

  const end = performance.now() + seconds * 1_000
  while (performance.now() < end && service.end() === undefined) {
    const [name, strike] = faults[Math.trunc(Math.random() * faults.length)] as Fault
    figures.faults[name] = (figures.faults[name] ?? 0) + 1
    await strike(world)
    await pause(400 + Math.random() * 800)
  }
  await world.proxy.become('pass')
  state.over = true
  const written = (await Promise.all(clients)).flat()
  clearInterval(watch)

  const rows = await titles(world)
  const lost = written.filter((title) => !rows.has(title)).length
  const twice = [...rows.values()].filter((times) => times > 1).length
  const crashed = service.end()
  const leaks = (service.stdout() + service.stderr()).split(ROW_VALUE).length - 1
  const told = (pattern: RegExp) =>
    logOf(service).filter(({ message }) => pattern.test(String(message))).length
  const unhandled = told(/uncaught|unhandled/)
  const changes = told(/^the database/)
  if (crashed === undefined) service.signal('SIGTERM')
  const stopped = await service.ended()
  await world.leave()
  await server.drop()
  built.remove()

  const third = Math.max(1, Math.trunc(memory.length / 3))
  const [early, late] = [memory.slice(third, 2 * third), memory.slice(-third)].map(median)
  const growth = (late ?? 0) - (early ?? 0)
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([name, n]) => `${name} ${n}`)
      .join(', ')
  say(`durability: ${CLIENTS} clients, ${seconds} s`)
  say(`  faults                 ${list(figures.faults)}`)
  say(`  requests               ${figures.requests}: ${list(figures.answers)}`)
  say(`  acknowledged writes    ${figures.acknowledged}, lost ${lost}, twice ${twice}`)
  say(`  slowest request        ${figures.slowestMs.toFixed(0)} ms of ${BOUND_MS}`)
  say(
    `  crashes                ${crashed === undefined ? 0 : `1 (${crashed})`}, unhandled ${unhandled}`,
  )
  say(`  liveness failures      ${figures.livezFailures}`)
  say(`  memory                 ${early?.toFixed(0)} MB to ${late?.toFixed(0)} MB`)
  say(`  log                    ${changes} lines on the database, ${leaks} with a row's value`)
  say(`  end on SIGTERM         ${stopped}`)
  const kept =
    figures.acknowledged > 0 &&
    lost + twice + unhandled + leaks + figures.livezFailures === 0 &&
    crashed === undefined &&
    stopped === 0 &&
    figures.slowestMs <= BOUND_MS &&
    growth <= Math.max(20, (early ?? 0) * 0.2)
  say(`${kept ? 'passed' : 'FAILED'}   no acknowledged write is lost, doubled or late`)
  return kept
}

/** Returns the titles that were acknowledged. */
const client = async (
  service: ServiceProcess,
  n: number,
  figures: Figures,
  state: { over: boolean },
): Promise<string[]> => {
  const token = await sharedSecretToken(SECRET, `client-${n}`)
  const titles: string[] = []
  while (!state.over && service.end() === undefined) {
    const title = `${ROW_VALUE} ${randomUUID()}`
    const key = randomUUID()
    // What was begun is carried on to its end, also after the last fault.
    for (let attempts = 0; attempts < 100 && service.end() === undefined; attempts += 1) {
      const start = performance.now()
      const write = { method: 'POST', token, json: { title }, key }
      const answer = await request(service.port, '/api/v1/tasks', write).then(
        ({ status, body }) => (status === 201 ? '201' : `${status} ${JSON.parse(body).code}`),
        (error: Error) => `none (${error.name})`,
      )
      figures.requests += 1
      figures.answers[answer] = (figures.answers[answer] ?? 0) + 1
      figures.slowestMs = Math.max(figures.slowestMs, performance.now() - start)
      if (answer === '201') {
        titles.push(title)
        figures.acknowledged += 1
        break
      }
      await pause(50 + Math.random() * 100)
    }
    await pause(5)
  }
  return titles
}

type Fault = readonly [name: string, strike: (world: World) => Promise<unknown>]

const network = (fault: 'refuse' | 'reset' | 'hang_up' | 'black_hole' | 'deaf') =>
  [
    fault.replace('_', ' '),
    async ({ proxy }: World) => {
      await proxy.become(fault)
      // Mostly shorter than a request may wait, at times longer.
      await pause(200 + 2_800 * Math.random() ** 3)
      if (fault === 'deaf') proxy.cut()
      await proxy.become('pass')
    },
  ] as const

const faults: readonly Fault[] = [
  network('refuse'),
  network('reset'),
  network('hang_up'),
  network('black_hole'),
  network('deaf'),
  ['connections cut', async ({ proxy }) => proxy.cut()],
  ['backends ended', (world) => world.terminate().catch(() => 0)],
  ['writing backends ended', (world) => world.terminate('insert').catch(() => 0)],
  [
    'server stopped',
    async ({ server }) => {
      await server.server.stop()
      await server.restart()
    },
  ],
  [
    'server killed',
    async ({ server }) => {
      process.kill(server.server.pid, 'SIGKILL')
      await server.restart()
    },
  ],
]

const titles = async (world: World): Promise<Map<string, number>> => {
  let rows: Record<string, unknown>[] = []
  await until(async () => {
    rows = await world.ask('select title, count(*)::int as n from tasks group by title')
    return true
  })
  return new Map(rows.map(({ title, n }) => [String(title), Number(n)]))
}

const residentMb = (pid: number): number => {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024
  } catch {
    return 0
  }
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
