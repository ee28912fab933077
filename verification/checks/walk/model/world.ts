import type { TaskJson } from '../../../engine/check-context.ts'
import type { Query } from '../query.ts'
import type { Scope, Who } from '../scope.ts'

/** A task as it has to be. */
export interface Known {
  /** T1, T2, … as they were created, which is how findings and scripts call them */
  name: string
  owner: Who
  isGone: boolean
  /** as it has to be told now */
  json: TaskJson
  /** one tag for each state that it has been in, the present one last */
  etags: readonly string[]
}

/** The first success of a key. */
export interface Recorded {
  request: string
  status: number
  etag: string
  location: string | undefined
  json: unknown
}

/** A task in a list: its sort key as text, and the id that decides between equals. */
export interface Placed {
  name: string
  id: string
  key: string | null
}

/** Where a list goes on: behind what was shown, with what was then to come. */
export interface Link {
  by: Who
  path: string
  query: Query
  shown: readonly Placed[]
  rest: readonly Placed[]
}

/** The model: what the contract says must be there after everything that was answered so far. */
export interface World {
  scope: Scope
  /** by what the steps call them */
  tasks: Map<string, Known>
  /** by user, operation and key */
  recorded: Map<string, Recorded>
  /** by what the steps call them */
  links: Map<string, Link>
  /** by sort, the directions of ties that no answer has refuted: the contract leaves them to the server */
  ties: Map<string, readonly (1 | -1)[]>
}

export const newWorld = (scope: Scope): World => ({
  scope,
  tasks: new Map(),
  recorded: new Map(),
  links: new Map(),
  ties: new Map(),
})
