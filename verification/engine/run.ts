import { randomBytes } from 'node:crypto'
import { attempt, resultFrom, undoneBy, unforeseen } from './attempt.ts'
import { type ActiveCheck, type Check, groupOf, type PassiveCheck, type Traffic } from './check.ts'
import { type CheckContextParts, checkContext } from './check-context.ts'
import { clearUp } from './clear-up.ts'
import { membersOf } from './http/exchange.ts'
import { httpTransport, type Transport } from './http/transport.ts'
import { reasonNotToRun } from './needs.ts'
import {
  futility,
  isFromPage,
  type Obstacles,
  obstaclesFor,
  reasonsOf,
} from './obstacles/obstacles.ts'
import type { Settings } from './settings.ts'
import type { Result } from './verdict.ts'

/**
 * After this long nothing new is begun; what is under way and clearing up have the rest of the minute. Where the
 * way there alone takes longer than NEAR_MS, each further millisecond costs as many as requests follow each other.
 */
const DEADLINE_MS = 45_000
/** The same for whoever has no minute to keep to. */
const UNHURRIED_MS = 300_000
const NEAR_MS = 150
const [IN_A_ROW, DISTANCE_MAX_MS] = [200, 1_000]

/**
 * Which groups of active checks run side by side, and in which order. Health and reachability come first:
 * everything else leans on them. Authentication looks for its tasks among all that there are, and measuring needs
 * quiet. Whoever else counts, counts what it has marked.
 */
const phases: readonly (readonly string[])[] = [['R', 'H'], ['A'], ['C', 'X', 'V', 'I', 'D'], ['P']]

export interface Run {
  settings: Settings
  runId: string
  startedAt: Date
  /** Resolves before the first check begins, with what keeps checks from a verdict, the gravest first. */
  obstacles: Promise<readonly string[]>
  /** Resolves as soon as this check has its result. */
  resultOf(id: string): Promise<Result>
  /** Resolves when all is done and cleared up. */
  finished: Promise<Finished>
  /** Ends early: what is not begun stays undone, what was created is cleared up. */
  stop(reason: string): void
}

export interface Finished {
  results: readonly Result[]
  obstacles: readonly string[]
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
  const dueMs = settings.unhurried ? UNHURRIED_MS : DEADLINE_MS * settings.patience
  let deadline = expire(dueMs)
  const { users, ...anonymous } = settings
  const { target, patience } = settings
  const transport = httpTransport({ target, users, patience, signal: stopper.signal })
  const canaries: { owner: 'A' | 'B'; text: string }[] = []
  const newContext = (parts: Partial<CheckContextParts> = {}) =>
    checkContext({
      settings,
      transport,
      runId,
      onCanary: (owner, text) => canaries.push({ owner, text }),
      ...parts,
    })

  let obstacles: Obstacles = {}
  const prepare = async (): Promise<void> => {
    obstacles = await obstaclesFor(newContext())
    if (obstacles.target) stopper.abort(obstacles.target)
    const away = Math.min(...transport.exchanges.map(({ ms }) => ms), DISTANCE_MAX_MS)
    if (away <= NEAR_MS || settings.unhurried) return
    clearTimeout(deadline)
    deadline = expire(dueMs + (away - NEAR_MS) * IN_A_ROW)
  }

  const runActive = async (check: ActiveCheck): Promise<Result> => {
    const undone = reasonNotToRun(check, settings, stopper.signal)
    if (undone) return resultFrom(check, [], undone)
    const reason = check.needs?.includes('users') ? obstacles.users : undefined
    if (reason) return resultFrom(check, [], { reason })
    const known = { ...(obstacles.users ? anonymous : settings), ...saidOf(transport) }
    return attempt(check, newContext({ settings: known, futile: futility(obstacles, check.id) }))
  }

  const settle = async (): Promise<Traffic> => {
    const left = obstacles.target ? undefined : await clearUp(newContext()).catch(reasonOf)
    // What was asked to find out that the list of origins is another one is nobody's fault.
    const exchanges = obstacles.origins
      ? transport.exchanges.filter(({ request }) => !isFromPage(request))
      : transport.exchanges
    const ms = performance.now() - begun
    return { transport: { exchanges, sent: transport.sent }, canaries, settings, ms, left }
  }

  const inspect = (check: PassiveCheck, traffic: Traffic): Result => {
    const { target: reason } = obstacles
    if (reason) return resultFrom(check, [], { reason })
    try {
      return resultFrom(check, check.inspect(traffic))
    } catch (error) {
      const undone = undoneBy(error)
      return resultFrom(check, undone ? [] : [unforeseen(error)], undone)
    }
  }

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
  const prepared = prepare()
  let before: Promise<unknown> = prepared
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
    return {
      results: all,
      obstacles: reasonsOf(obstacles),
      transport,
      ms: performance.now() - begun,
    }
  }

  return {
    settings,
    runId,
    startedAt,
    obstacles: prepared.then(() => reasonsOf(obstacles)),
    resultOf: (id) => results.get(id) ?? Promise.reject(new Error(`no check ${id}`)),
    finished: finish(),
    stop: (reason) => stopper.abort(reason),
  }
}

/** Why nobody can say what is left. */
const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'it could not be looked for'

const isActive = (check: Check): check is ActiveCheck => 'run' in check

/** What the target says of itself, once it was reached. */
const saidOf = ({ exchanges }: Transport): Pick<Settings, 'environment'> => {
  const health = exchanges.find(({ request }) => request.path === '/health')
  const { environment } = health ? membersOf<{ environment: unknown }>(health) : {}
  return typeof environment === 'string' ? { environment } : {}
}
