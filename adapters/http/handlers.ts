import type { Idempotency, Precondition } from '../../application/ports/owned-tasks.ts'
import type { Owner } from '../../domain/owner.ts'
import type { Operations } from './contract/contract.ts'
import type { Operation } from './contract/operation.ts'
import type { BodyOf, QueryOf, Reply } from './contract/reply.ts'

/** A request that has passed every check its operation declares. */
export interface Input<O extends Operation> {
  /** present on operations with `access: 'owner'` */
  owner: O['access'] extends 'owner' ? Owner : undefined
  /** the one segment in the path, as sent */
  id: string
  query: QueryOf<O>
  body: BodyOf<O>
  /** from `If-Match` */
  condition: Precondition | undefined
  /** `If-None-Match` as sent */
  ifNoneMatch: string | undefined
  /** from `Idempotency-Key` */
  idempotency: Idempotency | undefined
}

export type Handler<O extends Operation> = (input: Input<O>) => Promise<Reply<O>> | Reply<O>

/** One handler for every operation: a forgotten one, an undeclared status or a wrong body does not compile. */
export type Handlers = { [K in keyof Operations]: Handler<Operations[K]> }

/** Those of the operations with this access. */
export type HandlersFor<Access extends Operation['access']> = Pick<
  Handlers,
  { [K in keyof Operations]: Operations[K]['access'] extends Access ? K : never }[keyof Operations]
>
