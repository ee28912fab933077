import type { Static, TSchema } from 'typebox'
import type { Operation } from './operation.ts'

type StatusOf<O extends Operation> = keyof O['responses'] & number
type HeadersOf<S> = (S extends { headers: readonly (infer H extends string)[] }
  ? { [K in H]: string }
  : unknown) &
  (S extends { optionalHeaders: readonly (infer H extends string)[] }
    ? { [K in H]?: string }
    : unknown)

/** One declared answer of an operation: its status with just the body and headers declared for it. */
export type Reply<O extends Operation> = {
  [S in StatusOf<O>]: {
    status: S
    headers: HeadersOf<O['responses'][S]>
  } & (O['responses'][S] extends {
    body: infer B extends TSchema
  }
    ? { body: Static<B> }
    : { body?: never })
}[StatusOf<O>]

type ValueOf<O, K extends string> = O extends { [P in K]: infer S extends TSchema }
  ? Static<S>
  : undefined

/** The parsed and validated query of an operation. */
export type QueryOf<O extends Operation> = ValueOf<O, 'query'>

/** The parsed and validated body of an operation; undefined where there was none and none is needed. */
export type BodyOf<O extends Operation> = O extends {
  body: { schema: infer S extends TSchema; required: infer R }
}
  ? R extends true
    ? Static<S>
    : Static<S> | undefined
  : undefined
