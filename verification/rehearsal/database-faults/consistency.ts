import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { throwawayServer } from '../../../adapters/postgres/embedded/throwaway.ts'
import { createWorld } from '../../../adapters/postgres/faults/world.ts'
import { throwawayBuild } from '../../../bootstrap/system/build.ts'
import {
  migrateDatabase,
  serviceEnv,
  serviceProcess,
} from '../../../bootstrap/system/service-process.ts'
import { type History, playOn } from './history/clients.ts'
import { isLinearizable } from './history/linearizable.ts'
import { taskModel } from './history/task-model.ts'
import { strikeFor } from './strikes.ts'

/** Enough for their writes to share statements. */
const TASKS_AT_ONCE = 12

export interface ConsistencyOptions {
  seconds: number
  /** a build whose changes do not lock their task, so that one of two at the same time may be lost */
  lossy?: boolean
}

/**
 * Two replicas on one database that suffers about one fault a second, and clients that read, change and delete the
 * same tasks through both of them. What they saw has to be what one task would show that does one thing at a time.
 * Returns whether it was.
 */
export const consistency = async (
  { seconds, lossy = false }: ConsistencyOptions,
  say: (line: string) => void,
): Promise<boolean> => {
  const server = await throwawayServer()
  const world = await createWorld(server)
  const built = await throwawayBuild()
  if (lossy) removeLocks(join(built.directory, 'dist'))
  await migrateDatabase(built.directory, server.url)
  const env = { ...serviceEnv(world.url), RATE_LIMIT_PER_MINUTE: '1000000' }
  const replicas = await Promise.all(
    [1, 2].map(() => serviceProcess({ cwd: built.directory, env })),
  )
  await Promise.all(replicas.map((replica) => replica.wrote('"message":"ready"')))

  const histories: History[] = []
  let over = false
  const player = async (_: unknown, at: number) => {
    for (let n = 0; !over; n += 1) {
      const history = await playOn(replicas, `player-${at}-${n}`)
      if (history) histories.push(history)
    }
  }
  const players = Promise.all(Array.from({ length: TASKS_AT_ONCE }, player))
  const struck = await strikeFor(seconds, world, () =>
    replicas.every((replica) => replica.end() === undefined),
  )
  over = true
  await players
  const crashes = replicas.filter((replica) => replica.end() !== undefined).length
  await Promise.all(replicas.map((replica) => replica.kill()))
  await world.leave()
  await server.drop()
  built.remove()

  const wrong = histories.filter(
    ({ created, operations }) => !isLinearizable(operations, taskModel(created)),
  )
  const all = histories.flatMap(({ operations }) => operations)
  const unknown = all.filter(({ output }) => output === undefined).length
  const faults = Object.entries(struck).map(([name, n]) => `${name} ${n}`)
  say(
    `consistency${lossy ? ' without locks' : ''}: ${TASKS_AT_ONCE} tasks at once, two replicas, ${seconds} s`,
  )
  say(`  faults                 ${faults.join(', ')}`)
  say(`  operations             ${all.length} on ${histories.length} tasks, ${unknown} in doubt`)
  say(`  not linearizable       ${wrong.length}`)
  say(`  crashes                ${crashes}`)
  return wrong.length === 0 && crashes === 0 && all.length > 0
}

/** @throws Error where there is nothing to remove, so that a planted loss is never missing */
const removeLocks = (directory: string): void => {
  let removed = 0
  for (const name of readdirSync(directory).filter((one) => one.endsWith('.js'))) {
    const file = join(directory, name)
    const lock = /\sfor update( of tasks skip locked)?\b/g
    const code = readFileSync(file, 'utf8')
    removed += code.match(lock)?.length ?? 0
    writeFileSync(file, code.replaceAll(lock, ''))
  }
  if (removed === 0) throw new Error('the build locks no task')
}
