import { spawn } from 'node:child_process'
import { TIMEOUT_MS, until } from './wait.ts'

/** How a process ended: its exit code, or the signal that ended it. */
export type End = number | NodeJS.Signals

export interface Program {
  readonly pid: number
  /** everything written so far */
  stdout(): string
  stderr(): string
  /** undefined while it runs */
  end(): End | undefined
  /** Resolves once the output holds the text or what matches. @throws Error when that comes too late */
  wrote(pattern: RegExp | string): Promise<void>
  /** Resolves once it has ended. @throws Error when that comes too late */
  ended(): Promise<End>
  signal(name: NodeJS.Signals): void
  /** Ends it and its whole process group, if there still is one. */
  kill(): Promise<void>
}

export interface ProgramOptions {
  cwd: string
  env?: NodeJS.ProcessEnv
  /** how long `wrote` and `ended` wait */
  timeoutMs?: number
}

/** Runs a command in a process group of its own, with nothing of our own environment but the way to node. */
export const program = (
  [command = '', ...flags]: readonly string[],
  { cwd, env = {}, timeoutMs = TIMEOUT_MS }: ProgramOptions,
): Program => {
  const { PATH, HOME } = process.env
  const child = spawn(command, flags, {
    cwd,
    env: { PATH, HOME, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { pid } = child
  child.on('error', () => undefined)
  // kill(0) and kill(-0) would be sent to our own process group.
  if (!pid) throw new Error(`${command} does not run`)

  const written = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text
    })
  let end: End | undefined
  const closed = new Promise<End>((resolve) => {
    child.once('close', (code, signal) => {
      end = signal ?? code ?? 0
      resolve(end)
    })
  })
  const output = () => written.stdout + written.stderr
  const told = (what: string) => `${what} from ${command} ${flags.join(' ')}:\n${output()}`
  const holds = (pattern: RegExp | string) =>
    typeof pattern === 'string' ? output().includes(pattern) : pattern.test(output())
  return {
    pid,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    end: () => end,
    wrote: async (pattern) => {
      await until(
        () => end !== undefined || holds(pattern),
        () => told(String(pattern)),
        timeoutMs,
      )
      if (!holds(pattern)) throw new Error(told(`there never was ${pattern}`))
    },
    ended: async () => {
      await until(
        () => end !== undefined,
        () => told('the end'),
        timeoutMs,
      )
      return closed
    },
    signal: (name) => void process.kill(pid, name),
    kill: async () => {
      try {
        process.kill(-pid, 'SIGKILL')
      } catch {
        // Its group is gone already.
      }
      await closed
    },
  }
}

/** The lines of a log, each of which has to be an object of JSON; the last may still be on its way. */
export const logOf = ({ stdout, end }: Program): Record<string, unknown>[] => {
  const lines = stdout().split('\n')
  if (end() === undefined) lines.pop()
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line))
}
