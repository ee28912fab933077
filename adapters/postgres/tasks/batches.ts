import { Fault } from '../../../domain/fault.ts'
import { PER_PAGE_MAX } from '../../../domain/listing.ts'
import type { Owner } from '../../../domain/owner.ts'
import { failureOf } from '../pool/failures.ts'
import type { Caller } from '../pool/observed/callers.ts'

/** A read or a write of one owner. */
export interface Request {
  owner: Owner
  /** the id of the task that it names, if any */
  about?: string
  /** requests with the same key can be sent in one statement; one without a key is always sent alone */
  batchKey?: string | undefined
  /** how many tasks it returns at the most */
  tasks: number
  /** on whose behalf, where somebody observes that */
  caller?: Caller | undefined
}

/** What a statement returned for one request: for whom, and about which task. */
export interface Result {
  owner: string
  about?: string
}

/** At least one request; all have the same key. */
export type Batch<R> = readonly [R, ...R[]]

export interface Batching {
  /** how many tasks a statement returns at the most, where so many are under way or wait to be sent, with its own */
  tasksMax?(statements: number): number
  /** how many statements that can be shared may be under way before requests wait for the end of one */
  statementsMax?(): number
  /** a statement that takes longer, for a lock or a disk, no longer keeps others waiting */
  slowMs?(): number
  /** whether two requests for one task have to go in two statements */
  oncePerTask?: boolean
}

interface Pending<R, S> {
  request: R
  resolve(result: S): void
  reject(error: unknown): void
}

/** Those who share a statement. */
interface Shared<R, S> {
  all: Pending<R, S>[]
  /** when the first of them came, by `performance.now()` */
  since: number
}

/** Unless something else is given: longer than any write but one that waits for a lock. */
export const SLOW_MS = 100

/**
 * Sends requests that arrive together in one statement: on a busy service sending a statement and waking the server
 * costs more than what it does for one task, and a commit costs the same for one as for many (decisions/0044). A
 * request that arrives while no other is under way is sent at once; the others wait for the end of the turn of the
 * event loop, for one of the statements under way, and for a connection, and whoever comes meanwhile joins them.
 *
 * `send` calls `batch` when the statement can be sent, and returns the results in that order. Each result names its
 * owner and task; one that is not the request's is an error, and nobody gets it. Where there is none for one of
 * several requests, it is sent again alone.
 */
export const batched = <R extends Request, S extends Result>(
  send: (batch: () => Batch<R>, since: number) => Promise<readonly (S | undefined)[]>,
  {
    tasksMax = () => PER_PAGE_MAX,
    statementsMax = () => Number.POSITIVE_INFINITY,
    slowMs = () => SLOW_MS,
    oncePerTask = false,
  }: Batching = {},
): ((request: R) => Promise<S>) => {
  /** by key those who may still be joined */
  const open = new Map<string, Shared<R, S>>()
  /** those who wait for the end of the turn or of a statement */
  const waiting: Shared<R, S>[] = []
  let atEndOfTurn = false
  let underWay = 0

  const sendShared = async (shared: Shared<R, S>): Promise<void> => {
    const { all, since } = shared
    const key = all[0]?.request.batchKey
    const close = () => {
      if (key !== undefined && open.get(key) === shared) open.delete(key)
    }
    // What nobody can join waits for nobody, and nobody for it.
    const leave = key === undefined ? () => undefined : enter()
    try {
      const results = await send(() => {
        close()
        return all.map(({ request }) => request) as [R, ...R[]]
      }, since)
      for (const [at, pending] of all.entries()) settle(pending, results[at], shared)
    } catch (error) {
      close()
      if (all.length > 1 && mayConcernOne(error))
        for (const pending of all) sendShared({ all: [pending], since })
      else for (const { reject } of all) reject(error)
    } finally {
      leave()
    }
  }

  const settle = (pending: Pending<R, S>, result: S | undefined, { all, since }: Shared<R, S>) => {
    const { request, resolve, reject } = pending
    if (!result && all.length > 1) void sendShared({ all: [pending], since })
    else if (result?.owner === request.owner && result.about === request.about) resolve(result)
    else reject(new Error('this result belongs to another owner or task'))
  }

  /** Counts as under way until the returned function is called, or for long enough. */
  const enter = () => {
    underWay += 1
    let left = false
    const leave = () => {
      if (left) return
      left = true
      clearTimeout(timer)
      underWay -= 1
      if (waiting.length > 0) sendAtEndOfTurn()
    }
    const timer = setTimeout(leave, slowMs()).unref()
    return leave
  }

  /** Not before: whoever else has sent a request by now is still to be heard, and joins. */
  const sendAtEndOfTurn = () => {
    if (!atEndOfTurn) setImmediate(sendWaiting)
    atEndOfTurn = true
  }

  const sendWaiting = () => {
    atEndOfTurn = false
    while (underWay < statementsMax()) {
      const shared = waiting.shift()
      if (!shared) return
      void sendShared(shared)
    }
  }

  const joinable = (request: R): Shared<R, S> | undefined => {
    const shared = open.get(request.batchKey ?? '')
    if (!shared || (shared.all.length + 1) * request.tasks > tasksMax(underWay + waiting.length))
      return undefined
    const named = oncePerTask && shared.all.some((one) => isAbout(one.request, request))
    return named ? undefined : shared
  }

  return (request) =>
    new Promise((resolve, reject) => {
      const pending = { request, resolve, reject }
      const joined = joinable(request)
      if (joined) return void joined.all.push(pending)
      const shared = { all: [pending], since: performance.now() }
      const { batchKey } = request
      if (batchKey !== undefined) open.set(batchKey, shared)
      if (batchKey === undefined || underWay === 0) return void sendShared(shared)
      waiting.push(shared)
      sendAtEndOfTurn()
    })
}

const isAbout = (one: Request, other: Request) =>
  one.about === other.about && one.owner === other.owner

/**
 * A fault is about the database and concerns everybody. A statement that the server refused or gave up, and with it
 * every write of it, may do without the one that was wrong or waited for a lock.
 */
const mayConcernOne = (error: unknown): boolean =>
  !(error instanceof Fault) ||
  (error.code === 'overloaded' && /timeout/.test(failureOf(error.cause).kind))
