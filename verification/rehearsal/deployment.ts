import { setTimeout as delay } from 'node:timers/promises'
import getPort from 'get-port'
import { request } from '../../bootstrap/system/http-client.ts'
import type { End, Program } from '../../bootstrap/system/program.ts'
import { until } from '../../bootstrap/system/wait.ts'
import { errorIn, outputOf } from './output.ts'
import { processOne, type Sandbox } from './platform/sandbox.ts'

/** Railway waits five minutes; nothing here takes a tenth of this. */
const HEALTHY_TIMEOUT_MS = 30_000
/** What the README asks for as RAILWAY_DEPLOYMENT_DRAINING_SECONDS. */
const DRAINING_MS = 15_000
const POLL_MS = 50
const PORT_ATTEMPTS = 3

/** One instance of the service, as the platform runs it. */
export interface Deployment {
  port: number
  program: Program
  /** from the start of the process to the first 200 of its health check */
  healthyAfterMs: number
  /** Sends SIGTERM, and SIGKILL after the draining time. Resolves with how and after how long it ended. */
  terminate(): Promise<{ end: End; ms: number }>
}

export interface DeployOptions {
  sandbox: Sandbox
  cwd: string
  command: string
  env: NodeJS.ProcessEnv
}

/** Starts the command on a port of the platform's choice and waits until it is healthy. @throws Error with what it said */
export const deploy = async (options: DeployOptions, attempt = 1): Promise<Deployment> => {
  const { sandbox, cwd, command, env } = options
  const port = await getPort()
  const start = performance.now()
  const program = sandbox.run(command, { cwd, env: { ...env, PORT: String(port) } })
  try {
    await healthy(program, port)
  } catch (error) {
    await program.kill()
    const isTaken = program.stdout().includes(`PORT ${port} is taken`)
    if (isTaken && attempt < PORT_ATTEMPTS) return deploy(options, attempt + 1)
    throw error
  }
  return {
    port,
    program,
    healthyAfterMs: performance.now() - start,
    terminate: async () => {
      const start = performance.now()
      process.kill(processOne(program, sandbox), 'SIGTERM')
      const timeout = delay(DRAINING_MS, 'SIGKILL' as const, { ref: false })
      const end = await Promise.race([program.ended(), timeout])
      if (end === 'SIGKILL') await program.kill()
      return { end, ms: performance.now() - start }
    },
  }
}

/** The status of its health check, asked as Railway does (docs.railway.com, deployments/healthchecks). */
export const healthOf = (port: number): Promise<number | undefined> =>
  request(port, '/health', { headers: { Host: 'healthcheck.railway.app' } }).then(
    ({ status }) => status,
    () => undefined,
  )

const healthy = async (program: Program, port: number): Promise<void> => {
  let status: number | undefined
  const isHealthy = async () => {
    status = await healthOf(port)
    if (status === 200) return true
    if (program.end() !== undefined)
      throw new Error(`the start ended with ${program.end()}: ${errorIn(outputOf(program))}`)
    return delay(POLL_MS, false)
  }
  const told = () => `/health 200, at last ${status ?? 'no answer'}`
  await until(isHealthy, told, HEALTHY_TIMEOUT_MS)
}
