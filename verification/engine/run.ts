import { randomBytes } from 'node:crypto'
import { attempt, resultFrom } from './attempt.ts'
import { type ActiveCheck, type Check, groupOf, type PassiveCheck, type Traffic } from './check.ts'
import { checkContext } from './check-context.ts'
import { clearUp } from './clear-up.ts'
import { httpTransport, type Transport } from './http/transport.ts'
import { reasonNotToRun } from './needs.ts'
import { reach } from './reach.ts'
import type { Settings } from './settings.ts'
import { tokenMisfit } from './token-fit.ts'
import type { Result } from './verdict.ts'

/**
 * After this long nothing new is begun; what is under way and clearing up have the rest of the minute. Where the
 * way there alone takes longer than NEAR_MS, each further millisecond costs as many as requests follow each other.
 */
const DEADLINE_MS = 45_000
const NEAR_MS = 150
const [IN_A_ROW, DISTANCE_MAX_MS] = [200, 1_000]

/**
 * Which groups of active checks run side by side, and in which order. Health and reachability come first:
 * everything else leans on them. Counting requires quiet, so consistency and performance have the target to
 * themselves.
 */
const phases: readonly (readonly string[])[] = [
  ['R', 'H'],
  ['A'],
  ['C', 'X', 'V', 'I'],
  ['D'],
  ['P'],
]

export interface Run {
  settings: Settings
  runId: string
  startedAt: Date
  /** Resolves as soon as this check has its result. */
  resultOf(id: string): Promise<Result>
  /** Resolves when all is done and cleared up. */
  finished: Promise<Finished>
  /** Ends early: what is not begun stays undone, what was created is cleared up. */
  stop(reason: string): void
}

export interface Finished {
  results: readonly Result[]
  transport: Transport
  ms: number
}

/** Runs every check against the target once. `onResult` is told as each of them ends. */
export const startRun = (
  settings: Settings,
  checks: readonly Check[],
  onResult?: (result: Result, done: number, of: number) => void,
): Run => {
  const runId = randomBytes(5).toString('hex')
  const startedAt = new Date()
  const begun = performance.now()
  const stopper = new AbortController()
  const expire = (ms: number) => setTimeout(() => stopper.abort('deadline'), ms)
  let deadline = expire(DEADLINE_MS)
  const { users, ...anonymous } = settings
  const { target } = settings
  const transport = httpTransport({ target, users, signal: stopper.signal })
  const canaries: { owner: 'A' | 'B'; text: string }[] = []
  const newContext = (valid = settings) =>
    checkContext({
      settings: valid,
      transport,
      runId,
      onCanary: (owner, text) => canaries.push({ owner, text }),
    })

  /** why nothing can be said at all, and why nothing can be said about users */
  let obstacle: string | undefined
  let misfit: string | undefined
  const prepare = async (): Promise<void> => {
    obstacle = await reach(newContext())
    if (obstacle) stopper.abort(obstacle)
    else misfit = await tokenMisfit(newContext())
    const away = Math.min(...transport.exchanges.map(({ ms }) => ms), DISTANCE_MAX_MS)
    if (away <= NEAR_MS) return
    clearTimeout(deadline)
    deadline = expire(DEADLINE_MS + (away - NEAR_MS) * IN_A_ROW)
  }

  const runActive = async (check: ActiveCheck): Promise<Result> => {
    const undone = reasonNotToRun(check, settings, stopper.signal)
    if (undone) return resultFrom(check, [], undone)
    if (!misfit) return attempt(check, newContext())
    if (check.needs?.includes('users')) return resultFrom(check, [], { reason: misfit })
    return attempt(check, newContext(anonymous))
  }

  const settle = async (): Promise<Traffic> => {
    const left = obstacle
      ? undefined
      : await clearUp(newContext()).catch(() => ['whatever could not be looked for'])
    return { transport, canaries, settings, ms: performance.now() - begun, left }
  }

  const inspect = (check: PassiveCheck, traffic: Traffic): Result =>
    obstacle
      ? resultFrom(check, [], { reason: obstacle })
      : resultFrom(check, check.inspect(traffic))

  const results = new Map<string, Promise<Result>>()
  let done = 0
  /** Has a check done after something else, and its result told. */
  const schedule = <T>(
    check: Check,
    after: Promise<T>,
    act: (value: T) => Result | Promise<Result>,
  ) => {
    const result = after.then(act).then((it) => {
      done += 1
      onResult?.(it, done, checks.length)
      return it
    })
    results.set(check.id, result)
    return result
  }
  let before: Promise<unknown> = prepare()
  for (const phase of phases) {
    const due = checks.filter(({ id }) => phase.includes(groupOf(id)))
    const after = before
    const running = due.filter(isActive).map((it) => schedule(it, after, () => runActive(it)))
    // Nothing overtakes a phase in which there is nothing to do.
    before = Promise.all([after, ...running])
  }
  const traffic = before.then(settle)
  for (const check of checks)
    if (!isActive(check)) schedule(check, traffic, (it) => inspect(check, it))

  const finish = async (): Promise<Finished> => {
    const all = await Promise.all(results.values())
    clearTimeout(deadline)
    await transport.close()
    return { results: all, transport, ms: performance.now() - begun }
  }

  return {
    settings,
    runId,
    startedAt,
    resultOf: (id) => results.get(id) ?? Promise.reject(new Error(`no check ${id}`)),
    finished: finish(),
    stop: (reason) => stopper.abort(reason),
  }
}

const isActive = (check: Check): check is ActiveCheck => 'run' in check
