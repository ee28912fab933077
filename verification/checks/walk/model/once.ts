import { type Exchange, headerOf } from '../../../engine/http/exchange.ts'
import { bodyOf } from '../scope.ts'
import type { Keyed } from '../steps.ts'
import {
  etagOf,
  type Flaw,
  unless,
  unlessEqual,
  unlessEtag,
  unlessProblem,
  unlessReplay,
  unlessStatus,
} from './flaw.ts'
import type { World } from './world.ts'

/** A key brings its first success back, whatever has become of the task since; else the request is judged itself. */
export const once = (
  world: World,
  step: Keyed,
  exchange: Exchange,
  judgeItself: () => Flaw | undefined,
): Flaw | undefined => {
  if (!step.key) return judgeItself()
  const name = recordOf(step)
  const request = fingerprint(world, step)
  const first = world.recorded.get(name)
  if (first && first.request !== request) return unlessProblem(exchange, 'idempotency_key_reused')
  const location = headerOf(exchange.response, 'location')
  if (first)
    return (
      unlessStatus(exchange, first.status) ??
      unlessEqual(exchange.response?.json, first.json) ??
      unlessEtag(exchange, first.etag) ??
      unless(location === first.location, `Location ${first.location}`, `Location ${location}`) ??
      unlessReplay(exchange, true)
    )
  const flaw = judgeItself()
  const { status = 0, json } = exchange.response ?? {}
  if (!flaw && status < 300)
    world.recorded.set(name, { request, status, etag: etagOf(exchange), location, json })
  return flaw
}

/** A key belongs to its owner and operation. */
export const recordOf = ({ by, op, key }: Keyed): string => `${by} ${op} ${key}`

/** What of a request its key is bound to: the path and the body, and no header. */
const fingerprint = ({ scope }: World, step: Keyed): string =>
  JSON.stringify(step.op === 'create' ? bodyOf(scope, step.by, step.words) : [step.task, step.body])
