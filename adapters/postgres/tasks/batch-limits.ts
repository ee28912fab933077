import { PER_PAGE_MAX } from '../../../domain/listing.ts'
import { type Batching, SLOW_MS } from './batches.ts'

/** For each millisecond of the way so many tasks, which the server reads in a twenty-fifth of it (decisions/0031). */
const READ_PER_MS = 20
/** Bounds what a statement may return, whose tasks may all be as long as the contract lets them. */
const READ_MAX = 10 * PER_PAGE_MAX

/** So many keep service, server and callers busy side by side; beyond that, fewer and larger ones cost each of them less. */
const READS_SPREAD = 4
/** Where as many again wait, whoever comes waits for several of them, and sooner has an answer where they are fewer. */
const READS_CROWD = 2 * READS_SPREAD
const READ_CROWD = 4 * PER_PAGE_MAX
/** Those that are on their way keep nobody busy: one more for each millisecond of it. */
const READ_MS = 1
/** What takes longer than the way and this comes from the server's disk, which can serve more at once than its processor. */
const READ_SLOW_MS = 10

/**
 * The limits of statements that read: what others ask for costs nobody more time than a large page, or the way. The
 * first ones are no larger far away than near: what goes in one statement is read one after the other and answered at
 * one moment, and until then everybody else has nothing to do (decisions/0059). Near by they grow for a crowd alone.
 */
export const readLimits = (distanceMs: () => number): Batching => ({
  statementsMax: () => READS_SPREAD + Math.floor(distanceMs() / READ_MS),
  slowMs: () => READ_SLOW_MS + distanceMs(),
  tasksMax: (statements) => {
    if (statements <= READS_SPREAD) return PER_PAGE_MAX
    const near = statements <= READS_CROWD ? PER_PAGE_MAX : READ_CROWD
    return Math.min(READ_MAX, Math.max(near, distanceMs() * READ_PER_MS))
  },
})

/**
 * Two statements that write at the same moment keep the disk and the server's cores busy; more of them are smaller,
 * and slower together (decisions/0044).
 */
const WRITES_AT_ONCE = 2
/** Those that are on their way keep nobody busy: a statement takes the server about so long. */
const WRITE_MS = 2

/** The limits of statements that write, each of which names a task once. */
export const writeLimits = (distanceMs: () => number): Batching => ({
  statementsMax: () => WRITES_AT_ONCE + Math.floor(distanceMs() / WRITE_MS),
  slowMs: () => SLOW_MS + distanceMs(),
  oncePerTask: true,
})
