import { isDeepStrictEqual } from 'node:util'
import type { ProblemCode } from '../../../../adapters/http/contract/problems.ts'
import { type Exchange, headerOf, problemIn, summary } from '../../../engine/http/exchange.ts'
import { differing } from '../../tasks.ts'

/** What an answer should have been and was not. */
export interface Flaw {
  expected: string
  observed: string
}

export const unless = (holds: boolean, expected: string, observed: string): Flaw | undefined =>
  holds ? undefined : { expected, observed }

export const unlessStatus = (exchange: Exchange, status: number): Flaw | undefined =>
  unless(exchange.response?.status === status, `status ${status}`, summary(exchange))

export const unlessProblem = (exchange: Exchange, code: ProblemCode): Flaw | undefined =>
  unless(problemIn(exchange).code === code, code, summary(exchange))

/** The members in which two objects differ, as they should be and as they are. */
export const unlessEqual = (observed: unknown, expected: unknown): Flaw | undefined => {
  if (isDeepStrictEqual(observed, expected)) return undefined
  const [right, wrong] = [objectIn(expected), objectIn(observed)]
  const names = differing(right, wrong)
  const shown = (json: Record<string, unknown>) =>
    names.map((name) => `${name}: ${JSON.stringify(json[name]) ?? 'absent'}`).join(', ')
  return { expected: shown(right), observed: shown(wrong) || 'something else' }
}

const objectIn = (json: unknown): Record<string, unknown> =>
  typeof json === 'object' && json !== null ? { ...json } : {}

export const etagOf = ({ response }: Exchange): string => headerOf(response, 'etag') ?? ''

export const unlessEtag = (exchange: Exchange, etag: string): Flaw | undefined =>
  unless(etagOf(exchange) === etag, `ETag ${etag}`, `ETag ${etagOf(exchange) || 'none'}`)

const isReplay = ({ response }: Exchange): boolean =>
  headerOf(response, 'idempotency-replayed') === 'true'

export const unlessReplay = (exchange: Exchange, replay: boolean): Flaw | undefined =>
  isReplay(exchange) === replay
    ? undefined
    : replay
      ? { expected: 'Idempotency-Replayed: true', observed: 'none' }
      : { expected: 'an answer of its own', observed: 'Idempotency-Replayed: true' }
