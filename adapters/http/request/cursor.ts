import { crc32 } from 'node:zlib'
import { Fault } from '../../../domain/fault.ts'
import {
  isPosition,
  type Position,
  type TaskFilter,
  type TaskOrder,
} from '../../../domain/listing.ts'
import type { Owner } from '../../../domain/owner.ts'
import { wireName } from '../contract/wire-names.ts'

/** What a cursor belongs to: it answers for nobody and nothing else. */
export interface CursorScope {
  owner: Owner
  filter: TaskFilter
  sort: TaskOrder
}

/** An opaque place in one owner's list under one filter and sort. It grants nothing: the owner comes from the token. */
export const encodeCursor = (scope: CursorScope, { key, id }: Position): string =>
  Buffer.from(JSON.stringify([checksum(scope, { key, id }), key, id])).toString('base64url')

/** @throws Fault `validation_failed` for anything but a cursor that this scope made */
export const decodeCursor = (scope: CursorScope, cursor: string): Position => {
  try {
    const [, key, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    const whole = typeof id === 'string' && (key === null || typeof key === 'string')
    const place = { key, id }
    const possible = whole && isPosition(scope.sort.by, place)
    if (possible && encodeCursor(scope, place) === cursor) return place
  } catch {
    // Not even JSON: refused like every other stranger.
  }
  const message = 'must come from the Link header of the same list'
  throw new Fault('validation_failed', { violations: [{ field: 'cursor', message }] })
}

/** Over the place too, so that a cursor that was damaged is no cursor any more. */
const checksum = ({ owner, filter, sort }: CursorScope, { key, id }: Position): number => {
  const { completed, search, dueBefore, dueAfter } = filter
  const sets = [filter.priorities, filter.tags].map((set) => set && [...new Set(set)].sort())
  const order = [wireName(sort.by), sort.order]
  const scope = [owner, completed, search, dueBefore, dueAfter, sets, ...order, key, id]
  return crc32(JSON.stringify(scope))
}
