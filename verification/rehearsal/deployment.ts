import { setTimeout as delay } from 'node:timers/promises'
import { ask, freePort, type Program } from '../../bootstrap/system/throwaway-service.ts'
import { complaintIn } from './clean-copy.ts'
import { type Container, processOne } from './platform/sandbox.ts'

/** Railway's own is five minutes; nothing here takes a tenth of this. */
const HEALTHY_WITHIN_MS = 30_000
/** What the README asks for as RAILWAY_DEPLOYMENT_DRAINING_SECONDS. */
const DRAINING_S = 15
const POLL_MS = 50
const PORT_ATTEMPTS = 3

/** One instance of the service, as the platform runs it. */
export interface Deployment {
  port: number
  program: Program
  /** from the start of the process to the first 200 of its health check */
  healthyAfterMs: number
  /** when the process was started, by `performance.now()` */
  since: number
  /** SIGTERM, and SIGKILL where the draining time does not suffice. Resolves with how and when it ended. */
  terminate(): Promise<{ code: number | string | null; ms: number }>
}

export interface DeployOptions {
  container: Container
  cwd: string
  command: string
  env: NodeJS.ProcessEnv
}

/** Starts the command with a port of the platform's choice and waits until it is healthy. @throws Error with what it said */
export const deploy = async (options: DeployOptions, attempt = 1): Promise<Deployment> => {
  const { container, cwd, command, env } = options
  const port = await freePort()
  const since = performance.now()
  const program = container.run(command, { cwd, env: { ...env, PORT: String(port) } })
  try {
    await healthy(program, port)
  } catch (error) {
    await program.kill()
    const taken = program.stdout().includes(`PORT ${port} is taken`)
    if (taken && attempt < PORT_ATTEMPTS) return deploy(options, attempt + 1)
    throw error
  }
  return {
    port,
    program,
    healthyAfterMs: performance.now() - since,
    since,
    terminate: async () => {
      const begun = performance.now()
      process.kill(processOne(program, container), 'SIGTERM')
      const late = delay(DRAINING_S * 1_000, 'SIGKILL', { ref: false })
      const code = await Promise.race([program.ended(), late])
      if (code === 'SIGKILL') await program.kill()
      return { code, ms: performance.now() - begun }
    },
  }
}

/** Asks as Railway's health check does (docs.railway.com, deployments/healthchecks). */
export const healthOf = async (port: number): Promise<number | undefined> => {
  const headers = { Host: 'healthcheck.railway.app' }
  return ask(port, '/health', { headers }).then(
    ({ status }) => status,
    () => undefined,
  )
}

const healthy = async (program: Program, port: number): Promise<void> => {
  let ended: number | string | null | undefined
  program.ended().then(
    (code) => {
      ended = code
    },
    () => undefined,
  )
  const until = performance.now() + HEALTHY_WITHIN_MS
  let status: number | undefined
  while (performance.now() < until) {
    status = await healthOf(port)
    if (status === 200) return
    const said = complaintIn(program.stdout() + program.stderr())
    if (ended !== undefined) throw new Error(`the start ended with ${ended}: ${said}`)
    await delay(POLL_MS)
  }
  throw new Error(`/health never became 200, at last ${status ?? 'no answer'}`)
}
