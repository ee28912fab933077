import { spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

export interface GuardedProcess {
  pid: number
  /** The end of what the process wrote to stderr. */
  log(): string
  /** How it ended, once nothing of it is left. */
  ended: Promise<string>
  /** Whether it wrote this text; false when it ended or the time was up before. */
  wrote(text: string, within_ms: number): Promise<boolean>
  /** Lets node exit although the process runs; the guard then ends it. */
  unref(): void
  stop(): Promise<void>
}

/**
 * A guard waits on a pipe that only node holds open, and ends the process when node is gone, however
 * it went: SIGKILL runs no exit hook. Two forks, so that PostgreSQL does not have the guard for a
 * child; SIGINT is its fast shutdown, SIGQUIT its immediate one
 * (postgresql.org/docs/17/server-shutdown.html), SIGCONT wakes one that was frozen.
 */
const guard = `
(
  {
    read -r end <&3
    kill -CONT $$ && kill -INT $$ || exit
    for second in 1 2 3 4 5; do sleep 1; kill -0 $$ || exit; done
    kill -QUIT $$
  } >/dev/null 2>&1 &
)
exec "$@" 3<&-`

const fast_ms = 5_000
// In an immediate shutdown PostgreSQL itself kills, after 5 s, the children that do not go.
const immediate_ms = 7_000
const kill_ms = 1_000

/** Runs a command that cannot outlive node and does not hear the terminal's Ctrl-C. */
export function guardedProcess(
  prefix: string[],
  run: string[],
  env: NodeJS.ProcessEnv,
): GuardedProcess {
  const [command = '', ...flags] = [...prefix, 'sh', '-c', guard, 'sh', ...run]
  const stdio = ['ignore', 'ignore', 'pipe', 'pipe'] as const
  const child = spawn(command, flags, { env, cwd: '/', detached: true, stdio: [...stdio] })
  const [stderr, pipe] = [child.stderr as Socket, child.stdio[3] as Socket]
  let log = ''
  stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-4_000)
  })

  // Children that outlive a killed server keep stderr open, hence "close" and not just "exit".
  const ended = new Promise<string>((resolve) => {
    let failure: string | undefined
    pipe.on('error', () => {})
    child.once('error', (error) => {
      failure = error.message
      log += failure
    })
    child.once('exit', () => pipe.resume().end())
    child.once('close', (code, signal) => resolve(failure ?? signal ?? `exit code ${code}`))
  })
  const hold = (held: boolean) => {
    for (const handle of [child, stderr, pipe]) held ? handle.ref() : handle.unref()
  }

  async function stop(): Promise<void> {
    hold(true)
    child.kill('SIGCONT')
    for (const [signal, wait_ms] of [
      ['SIGINT', fast_ms],
      ['SIGQUIT', immediate_ms],
    ] as const) {
      child.kill(signal)
      if (await Promise.race([ended, delay(wait_ms, undefined, { ref: false })])) return
    }
    child.kill('SIGKILL')
    await Promise.race([ended, delay(kill_ms, undefined, { ref: false })])
  }

  function wrote(text: string, within_ms: number): Promise<boolean> {
    const seen = new Promise<boolean>((resolve) => {
      stderr.on('data', function look() {
        if (!log.includes(text)) return
        stderr.off('data', look)
        resolve(true)
      })
    })
    const late = delay(within_ms, false, { ref: false })
    return Promise.race([seen, ended.then(() => false), late])
  }

  return { pid: child.pid ?? 0, log: () => log, ended, wrote, unref: () => hold(false), stop }
}
