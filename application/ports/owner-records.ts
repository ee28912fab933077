import type { Owner } from '../../domain/owner.ts'

/** How much is kept of an owner. What is derived from it, such as totals, is not counted and goes with it. */
export interface RecordCounts {
  tasks: number
  /** answers that are kept for a day, for requests that are sent again */
  idempotencyKeys: number
}

/** One thing that is kept, with all its members as they are stored. */
export interface OwnerRecord {
  kind: keyof RecordCounts
  record: Record<string, unknown>
}

/**
 * Everything that is kept of one owner, for whoever answers for the data: no operation of the HTTP contract.
 *
 * Every call may reject with Fault `database_unavailable`, its failure as the cause.
 */
export interface OwnerRecords {
  count(owner: Owner): Promise<RecordCounts>
  /** As of one moment, whatever is written meanwhile. */
  all(owner: Owner): AsyncIterable<OwnerRecord>
  /**
   * Removes all that is there when it begins, in one transaction, and tells how much that was. What the owner writes
   * meanwhile stays, and its totals are right. May reject with Fault `outcome_unknown`; it can be repeated.
   */
  erase(owner: Owner): Promise<RecordCounts>
}
