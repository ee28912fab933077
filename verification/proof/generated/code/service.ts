import type { AddressInfo } from 'node:net'
import { asValue } from 'awilix'
import type { FastifyInstance } from 'fastify'
import { memoryTasks } from '../../../../adapters/memory/memory-tasks.ts'
import { switchableProbe } from '../../../../adapters/memory/switchable-probe.ts'
import { configOf } from '../../../../bootstrap/config/config.ts'
import { container } from '../../../../bootstrap/container.ts'
import { createLogger } from '../../../../bootstrap/logger.ts'

/**
 * The service with its tasks in memory, as a child process that composes it anew each time its parent asks. Bundled
 * from instrumented sources, it has in it the mutant that is asked for. Where nothing is asked for but what was reached,
 * that is the answer.
 */
export interface Order {
  env: NodeJS.ProcessEnv
  mutant?: string | undefined
  /** under which name to count what is reached */
  count?: string
}

export interface Answer {
  port?: number
  /** the mutants that were reached, by the name under which they were counted; `loading` is a module's first run */
  reached: Readonly<Record<string, readonly string[]>>
}

/** Stryker's, which its instrumented code looks at. */
interface Switch {
  activeMutant?: string | undefined
  currentTestId?: string | undefined
  mutantCoverage?: {
    static: Record<string, number>
    perTest: Record<string, Record<string, number>>
  }
}
declare global {
  var __stryker__: Switch
}

globalThis.__stryker__ ??= {}

const reached = (): Answer['reached'] => {
  const { static: loading = {}, perTest = {} } = globalThis.__stryker__.mutantCoverage ?? {}
  return Object.fromEntries(
    Object.entries({ ...perTest, loading }).map(([name, ids]) => [name, Object.keys(ids)]),
  )
}

const composed = async (env: NodeJS.ProcessEnv): Promise<FastifyInstance> => {
  const config = configOf({ ...env, PORT: '1' })
  const { cradle } = container(
    { config, logger: createLogger(config.logLevel) },
    { tasks: asValue(memoryTasks()), probe: asValue(switchableProbe()) },
  )
  const app = await cradle.http
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app
}

let app: FastifyInstance | undefined
process.on('message', async ({ env, mutant, count }: Order) => {
  const { __stryker__ } = globalThis
  __stryker__.activeMutant = undefined
  app?.server.closeAllConnections()
  app?.close().catch(() => undefined)
  __stryker__.activeMutant = mutant
  __stryker__.currentTestId = count
  app = await composed(env)
  const { port } = app.server.address() as AddressInfo
  process.send?.({ port, reached: reached() } satisfies Answer)
})
process.on('disconnect', () => process.exit())
