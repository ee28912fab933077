import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { Agent } from 'node:http'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import getPort from 'get-port'
import { request, requestUntil } from '../../../bootstrap/system/http-client.ts'
import { sharedSecretToken } from '../../../bootstrap/system/issuer.ts'
import { SECRET, serviceEnv } from '../../../bootstrap/system/service-process.ts'
import { residentMb } from '../../../bootstrap/system/usage.ts'
import { pipeAt } from './pipe.ts'
import type { Reader } from './readers.ts'

const CLIENTS = 8
const TICK_MS = 100
/** Nothing that lives takes so long. */
const ANSWER_MAX_MS = 10_000
/** SHUTDOWN_TIMEOUT_MS is 20 s unless it is set, and a process may try for a second to write its last lines. */
const END_MAX_MS = 30_000

export interface Watched {
  requests: number
  livez: number
  slowestLivezMs: number
  memoryMb: readonly [before: number, after: number]
  endMs: number
  lines: number
  dropped: number
  /** what did not hold; empty where all did */
  broken: string[]
}

export interface Stage {
  cwd: string
  databaseUrl: string
  /** a folder that is there for this reader alone */
  folder: string
  seconds: number
}

/** The built service under load, with its log read by somebody like this, and ended while that goes on. */
export const watch = async (
  reader: Reader,
  { cwd, databaseUrl, folder, seconds }: Stage,
): Promise<Watched> => {
  const pipes = { stdout: pipeAt(join(folder, 'stdout')), stderr: pipeAt(join(folder, 'stderr')) }
  const broken: string[] = []
  const log: string[] = []
  const port = await getPort()
  if (reader.stderrIsFull) pipes.stderr.fill()
  const stdout = reader.path === undefined ? pipes.stdout.writing : openSync(reader.path, 'w')
  const child = spawn(process.execPath, ['dist/main.js'], {
    cwd,
    env: {
      PATH: process.env.PATH,
      ...serviceEnv(databaseUrl),
      PORT: String(port),
      RATE_LIMIT_PER_MINUTE: '1000000',
    },
    stdio: ['ignore', stdout, pipes.stderr.writing],
  })
  if (reader.path !== undefined) closeSync(stdout)
  for (const pipe of Object.values(pipes)) pipe.handOver()
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  const pid = child.pid ?? 0
  const agent = new Agent({ keepAlive: true })
  let stopping = false
  let requests = 0
  let livez = 0
  let slowestLivezMs = 0

  const ask = async (path: string, token?: string): Promise<void> => {
    const answer = await request(port, path, { token, agent, timeoutMs: ANSWER_MAX_MS }).catch(
      String,
    )
    if (stopping) return
    if (typeof answer === 'string' || answer.status !== 200)
      broken.push(`${path}: ${typeof answer === 'string' ? answer : answer.status}`)
  }
  const work = async (_: unknown, n: number): Promise<void> => {
    const token = await sharedSecretToken(SECRET, `reader-${n}`)
    for (; !stopping && broken.length < CLIENTS; requests += 1)
      await ask('/api/v1/tasks?per_page=1', token)
  }
  const watchLiveness = async (): Promise<void> => {
    for (; !stopping && broken.length < CLIENTS; livez += 1) {
      const since = performance.now()
      await ask('/livez')
      slowestLivezMs = Math.max(slowestLivezMs, performance.now() - since)
      await delay(TICK_MS)
    }
  }

  try {
    await requestUntil(port, '/health', 200)
    const before = residentMb(pid)
    const since = performance.now()
    let allowance = 0
    const reading = setInterval(() => {
      const part = (performance.now() - since) / (seconds * 1_000)
      allowance =
        reader.bytesPerSecond(part) === 0
          ? 0
          : allowance + (reader.bytesPerSecond(part) * TICK_MS) / 1_000
      if (allowance < 1) return
      log.push(pipes.stdout.read(allowance))
      if (Number.isFinite(allowance)) allowance -= 1
      else allowance = 0
    }, TICK_MS)
    const all = [...Array.from({ length: CLIENTS }, work), watchLiveness()]
    await delay(seconds * 1_000)
    const memoryMb = [before, residentMb(pid)] as const
    // Under load and while the log is read like that: the way of every deploy.
    stopping = true
    const signalled = performance.now()
    child.kill('SIGTERM')
    const [code, signal] = await Promise.race([
      ended,
      delay(END_MAX_MS, [null, 'it did not end'] as const, { ref: false }),
    ])
    const endMs = performance.now() - signalled
    clearInterval(reading)
    await Promise.all(all)
    if (code !== 0) broken.push(`SIGTERM: ${code ?? signal}`)
    for (let more = '.'; more !== ''; log.push(more))
      more = pipes.stdout.read(Number.POSITIVE_INFINITY)
    const lines = log
      .join('')
      .split('\n')
      .filter((line) => line.includes('"message":"request"')).length
    const dropped = [...log.join('').matchAll(/"dropped":(\d+)/g)].reduce(
      (sum, [, n]) => sum + Number(n),
      0,
    )
    if (reader.complete && lines + dropped < requests)
      broken.push(`${requests} requests, ${lines} lines and ${dropped} told as dropped`)
    return { requests, livez, slowestLivezMs, memoryMb, endMs, lines, dropped, broken }
  } finally {
    stopping = true
    child.kill('SIGKILL')
    agent.destroy()
    for (const pipe of Object.values(pipes)) pipe.close()
  }
}
