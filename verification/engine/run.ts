import { randomBytes } from 'node:crypto'
import { problems } from '../../adapters/http/contract/problems.ts'
import { allChecks } from '../checks/all.ts'
import { tokensFit } from '../checks/authentication/control.ts'
import type { Check, Need } from './check.ts'
import { groupOf } from './check.ts'
import { type CheckContext, ControlFailed, checkContext, Inapplicable } from './check-context.ts'
import { clearUp } from './clear-up.ts'
import { oracles } from './oracles.ts'
import { reach } from './reach.ts'
import type { Settings } from './settings.ts'
import { createTransport, type Transport, Unsent } from './transport.ts'
import { type Result, verdictOf } from './verdict.ts'

/** After this long nothing new is begun; what is under way and clearing up have the rest of the minute. */
export const DEADLINE_MS = 45_000

/**
 * Which groups run side by side, and in which order. Health and reachability come first: everything else
 * leans on them. Counting requires quiet, so consistency and performance have the target to themselves.
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
  /** the deadline came before the end */
  late: boolean
}

export interface RunOptions {
  checks?: readonly Check[]
  /** told as each check ends */
  onResult?: (result: Result, done: number, of: number) => void
}

/** Runs every check against the target once. */
export const startRun = (
  settings: Settings,
  { checks = allChecks, onResult }: RunOptions = {},
): Run => {
  const runId = randomBytes(5).toString('hex')
  const startedAt = new Date()
  const begun = performance.now()
  const stopper = new AbortController()
  const deadline = setTimeout(() => stopper.abort('deadline'), DEADLINE_MS)
  const transport = createTransport({
    target: settings.target,
    ...(settings.users && { users: settings.users }),
    signal: stopper.signal,
  })
  const canaries: { owner: 'A' | 'B'; text: string }[] = []
  const parts = {
    settings,
    transport,
    runId,
    codeStatus: problems,
    onCanary: (owner: 'A' | 'B', text: string) => void canaries.push({ owner, text }),
  }

  const settled = new Map<string, { promise: Promise<Result>; resolve(result: Result): void }>()
  for (const { id } of checks) settled.set(id, withResolvers<Result>())
  let done = 0
  const settle = (result: Result) => {
    done += 1
    onResult?.(result, done, checks.length)
    settled.get(result.id)?.resolve(result)
    return result
  }

  /** why nothing can be done in the name of the users, told once instead of by every check */
  let misfit: string | undefined
  const { users: _, ...anonymous } = settings
  const runOne = async (check: Check): Promise<Result> => {
    const undone =
      reasonNotToRun(check, settings, stopper.signal) ??
      (misfit && check.needs?.includes('users') ? { reason: misfit } : undefined)
    if (undone)
      return settle({
        id: check.id,
        verdict: 'NOT-RUN',
        findings: [],
        ms: 0,
        requests: 0,
        ...undone,
      })
    const context = checkContext(misfit ? { ...parts, settings: anonymous } : parts)
    const since = performance.now()
    const stopped = await attempt(check, context)
    const ms = performance.now() - since
    const { findings, requests } = context
    if (stopped && findings.length === 0)
      return settle({ id: check.id, verdict: 'NOT-RUN', findings, ms, requests, ...stopped })
    return settle({ id: check.id, verdict: verdictOf(findings), findings, ms, requests })
  }

  const execute = async (): Promise<Finished> => {
    const results: Result[] = []
    const obstacle = await reach(checkContext(parts))
    if (obstacle) stopper.abort(obstacle)
    else misfit = await tokensFit(checkContext(parts))
    for (const phase of phases) {
      const due = checks.filter(({ id }) => phase.includes(groupOf(id)))
      results.push(...(await Promise.all(due.map(runOne))))
    }
    const left = obstacle
      ? undefined
      : await clearUp(checkContext(parts)).catch(() => ['whatever could not be looked for'])
    const late = stopper.signal.aborted && stopper.signal.reason === 'deadline'
    const closing = { transport, canaries, settings, ms: performance.now() - begun, left }
    for (const check of checks.filter(({ id }) => ['G', 'S'].includes(groupOf(id)))) {
      const findings = obstacle ? undefined : oracles[check.id]?.(closing)
      const result: Result = {
        id: check.id,
        verdict: findings ? verdictOf(findings) : 'NOT-RUN',
        findings: findings ?? [],
        ms: 0,
        requests: 0,
        ...(obstacle && { reason: obstacle }),
      }
      results.push(settle(result))
    }
    clearTimeout(deadline)
    await transport.close()
    return { results, transport, ms: performance.now() - begun, late }
  }

  return {
    settings,
    runId,
    startedAt,
    resultOf: (id) => settled.get(id)?.promise ?? Promise.reject(new Error(`no check ${id}`)),
    finished: execute(),
    stop: (reason) => stopper.abort(reason),
  }
}

/** Runs it to its end; a reason where it could not get there. What a check throws unforeseen is our own fault. */
const attempt = async (
  check: Check,
  context: CheckContext,
): Promise<Pick<Result, 'reason' | 'waived'> | undefined> => {
  try {
    await check.run(context)
  } catch (error) {
    if (error instanceof Unsent) return { reason: error.message }
    if (error instanceof Inapplicable) return { reason: error.message, waived: true }
    if (error instanceof ControlFailed) return undefined
    context.findings.push({
      verdict: 'INCONCLUSIVE',
      expected: 'the check itself works',
      observed: error instanceof Error ? `${error.name}: ${error.message}` : 'it threw',
    })
  }
  return undefined
}

const reasonNotToRun = (
  check: Check,
  settings: Settings,
  signal: AbortSignal,
): Pick<Result, 'reason' | 'waived'> | undefined => {
  if (settings.waived.has(check.id)) return { reason: 'waived by name', waived: true }
  for (const need of check.needs ?? []) {
    const missing = missingFor(need, settings)
    if (missing) return missing
  }
  return signal.aborted ? { reason: String(signal.reason) } : undefined
}

/** What a target or a caller does not have; waived where that was chosen or lies in the nature of the target. */
const missingFor = (
  need: Need,
  settings: Settings,
): Pick<Result, 'reason' | 'waived'> | undefined => {
  const { users, vectors, level, target, frontend, expectedRelease } = settings
  switch (need) {
    case 'users':
      return users ? undefined : { reason: 'no users: VERIFY_LEVEL=public', waived: true }
    case 'keys':
      if (vectors) return undefined
      return level === 'keys'
        ? {
            reason:
              'no way to make ill-made tokens: give VECTORS or the secret, or set VERIFY_LEVEL=users',
          }
        : { reason: `VERIFY_LEVEL=${level}`, waived: true }
    case 'tls':
      return target.protocol === 'https:'
        ? undefined
        : { reason: 'no TLS on loopback', waived: true }
    case 'frontend':
      return frontend ? undefined : { reason: 'FRONTEND_URL is not given', waived: true }
    case 'release':
      return expectedRelease ? undefined : { reason: 'EXPECTED_RELEASE is not given', waived: true }
  }
}

const withResolvers = <T>() => {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((keep) => {
    resolve = keep
  })
  return { promise, resolve }
}
