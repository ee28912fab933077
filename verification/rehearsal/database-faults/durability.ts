import { median } from '../../../adapters/postgres/bench/quantile.ts'
import { throwawayServer } from '../../../adapters/postgres/embedded/throwaway.ts'
import { BOUND_MS, createWorld, type World } from '../../../adapters/postgres/faults/world.ts'
import { throwawayBuild } from '../../../bootstrap/system/build.ts'
import { logOf } from '../../../bootstrap/system/program.ts'
import {
  migrateDatabase,
  serviceEnv,
  serviceProcess,
} from '../../../bootstrap/system/service-process.ts'
import { until } from '../../../bootstrap/system/wait.ts'
import { strikeFor } from './strikes.ts'
import { watch } from './watch.ts'
import { ROW_VALUE, writers } from './writers.ts'

const CLIENTS = 16

/**
 * Clients that write with idempotency keys and try again until each write is acknowledged, while the database
 * suffers about one fault a second. Afterwards every write has to be there, once.
 */
export const durability = async (
  seconds: number,
  say: (line: string) => void,
): Promise<boolean> => {
  const server = await throwawayServer()
  const world = await createWorld(server)
  const built = await throwawayBuild()
  await migrateDatabase(built.directory, server.url)
  const env = { ...serviceEnv(world.url), RATE_LIMIT_PER_MINUTE: '1000000' }
  const service = await serviceProcess({ cwd: built.directory, env })
  await service.wrote('"message":"ready"')

  const clients = writers(service, CLIENTS)
  const watched = watch(service)
  const struck = await strikeFor(seconds, world, () => service.end() === undefined)
  await clients.stop()
  watched.stop()

  const rows = await timesByTitle(world)
  const lost = clients.acknowledged.filter((title) => !rows.has(title)).length
  const twice = [...rows.values()].filter((times) => times > 1).length
  const crash = service.end()
  const linesThat = (pattern: RegExp) =>
    logOf(service).filter(({ message }) => pattern.test(String(message))).length
  const unhandled = linesThat(/uncaught|unhandled/)
  const changes = linesThat(/^the database/)
  const leaks = (service.stdout() + service.stderr()).split(ROW_VALUE).length - 1
  if (crash === undefined) service.signal('SIGTERM')
  const end = await service.ended()
  await world.leave()
  await server.drop()
  built.remove()

  const { requests, responses, acknowledged, slowestMs } = clients
  const { livezFailures, memoryMb } = watched
  const third = Math.max(1, Math.trunc(memoryMb.length / 3))
  const early = median(memoryMb.slice(third, 2 * third))
  const late = median(memoryMb.slice(-third))
  say(`durability: ${CLIENTS} clients, ${seconds} s`)
  say(`  faults                 ${list(struck)}`)
  say(`  requests               ${requests}: ${list(responses)}`)
  say(`  acknowledged writes    ${acknowledged.length}, lost ${lost}, twice ${twice}`)
  say(`  slowest request        ${slowestMs.toFixed(0)} ms of ${BOUND_MS}`)
  say(
    `  crashes                ${crash === undefined ? 0 : `1 (${crash})`}, unhandled ${unhandled}`,
  )
  say(`  liveness failures      ${livezFailures}`)
  say(`  memory                 ${early.toFixed(0)} MB to ${late.toFixed(0)} MB`)
  say(`  log                    ${changes} lines on the database, ${leaks} with a row's value`)
  say(`  end on SIGTERM         ${end}`)
  const kept =
    acknowledged.length > 0 &&
    lost + twice + unhandled + leaks + livezFailures === 0 &&
    crash === undefined &&
    end === 0 &&
    slowestMs <= BOUND_MS &&
    late - early <= Math.max(20, early * 0.2)
  say(`${kept ? 'passed' : 'FAILED'}   no acknowledged write is lost, doubled or late`)
  return kept
}

const timesByTitle = async (world: World): Promise<Map<string, number>> => {
  const statement = 'select title, count(*)::int as n from tasks group by title'
  const rows = await until(() => world.ask(statement))
  return new Map(rows.map(({ title, n }) => [String(title), Number(n)]))
}

const list = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([name, n]) => `${name} ${n}`)
    .join(', ')
