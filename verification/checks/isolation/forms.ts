import { isDeepStrictEqual } from 'node:util'
import type { CheckContext, TaskJson } from '../../engine/check-context.ts'
import type { HttpRequest } from '../../engine/http/exchange.ts'
import { type Route, taskRoutes } from '../../engine/matrix.ts'
import { validRequest } from '../../engine/valid-request.ts'
import { isClearable, type Member, membersOf, sampleOf } from '../members.ts'
import { OF_OTHERS } from './operations.ts'

/** One way to word the request of a route, whichever task it is for. */
export interface Form {
  route: Route
  /** of its body and of its header, each by itself a cell of the matrix */
  names: readonly string[]
  on(context: CheckContext, task: TaskJson, etag: string): HttpRequest
}

/** What is put in place of a part of the plain request; `json: undefined` takes the body away. */
type Rewording = (
  context: CheckContext,
  etag: string,
  task: TaskJson,
) => Pick<HttpRequest, 'json' | 'headers'>

type Kind = (context: CheckContext, member: Member, task: TaskJson) => unknown

const another: Kind = (context, member, task) =>
  [false, true]
    .map((other) => sampleOf(context, member, other))
    .find((value) => !isDeepStrictEqual(value, task[member[0] as keyof TaskJson]))
const asItIs: Kind = (_, [name], task) => task[name as keyof TaskJson]
const cleared: Kind = () => null

const sent =
  (kind: Kind, member: Member): Rewording =>
  (context, _, task) => ({ json: { [member[0]]: kind(context, member, task) } })

/** By each of two routes another kind of value, in another run another again, and of those that can be cleared every kind in each. */
const dealtKind =
  (member: Member, place: number): Kind =>
  (context, ...of) => {
    const kinds = [another, asItIs, ...(isClearable(member) ? [cleared] : [])]
    return kinds[(place + context.settings.seed) % kinds.length]?.(context, ...of)
  }

/** Each member alone, by every route that takes it: one of them is as easily forgotten as all of them. */
const alone = (route: Route): [string, Rewording][] => {
  const members = membersOf(route)
  const place = (member: Member): number => {
    const alike = members.filter((it) => isClearable(it) === isClearable(member))
    return taskRoutes.indexOf(route) + 2 * alike.indexOf(member)
  }
  return members.flatMap((member): [string, Rewording][] =>
    members.length > 1
      ? [[`${member[0]} alone`, sent(dealtKind(member, place(member)), member)]]
      : [
          [`${member[0]} alone`, sent(another, member)],
          ['what it is already', sent(asItIs, member)],
        ],
  )
}

/** Where none is needed: in every second run with the type of one. */
const BODILESS: [string, Rewording] = [
  'no body',
  ({ settings: { seed } }) => ({
    json: undefined,
    headers: seed % 2 === 0 ? [] : [['Content-Type', 'application/json']],
  }),
]

/** A member alone, none at all, none that there is but by PUT, which others send so, and no body. */
const bodiesOf = (route: Route): [string, Rewording][] => {
  const { body } = route.operation
  if (!body) return []
  return [
    ...alone(route),
    ['an empty object', () => ({ json: {} })],
    ...(route.method === 'PUT'
      ? []
      : [['members of others alone', () => ({ json: OF_OTHERS })] satisfies [string, Rewording]]),
    ...(body.required ? [] : [BODILESS]),
  ]
}

/** What each conditional or keyed header can say of a task that is there. */
const headers: Readonly<Record<string, (context: CheckContext, etag: string) => string>> = {
  'If-Match: *': () => '*',
  'If-Match with its tag': (_, etag) => etag,
  'If-Match with another tag': () => '"another"',
  'If-Match with a malformed tag': () => 'another',
  'If-None-Match: *': () => '*',
  'If-None-Match with its tag': (_, etag) => etag,
  'Idempotency-Key': ({ canary }) => canary(),
}

/** Those that an operation takes each by itself, and in turn beside them those that it does not take and ignores. */
const headersOf = ({ operation }: Route): [readonly string[], Rewording][] => {
  // Without a body there would be a request for it alone.
  const said = Object.entries(headers).filter(
    ([name]) => operation.body || !name.includes('malformed'),
  )
  const all = said.map(([name, value]) => ({
    ...{ name, value, header: name.replace(/\W*( with.*|: .*)?$/, '') },
  }))
  const isTaken = ({ header }: { header: string }) =>
    operation.headers?.some((it) => it === header) === true
  const taken = all.filter(isTaken)
  const ignored = all.filter((it) => !isTaken(it))
  return taken.map(({ name, value, header }, index) => {
    const beside = ignored.filter((_, turn) => turn % taken.length === index)
    const reword: Rewording = (context, etag) => ({
      headers: [{ value, header }, ...beside].map((it) => [it.header, it.value(context, etag)]),
    })
    return [[name, ...beside.map((it) => `${it.name}, ignored`)], reword]
  })
}

/** Every form of every request that names a task: of a body and its headers neither hides the other. */
export const forms: readonly Form[] = taskRoutes.flatMap((route) => {
  const [bodies, worded] = [bodiesOf(route), headersOf(route)]
  const longer = bodies.length > worded.length ? bodies : worded
  return longer.map((_, index): Form => {
    const parts = [bodies[index], worded[index]].filter((part) => part !== undefined)
    return {
      ...{ route, names: parts.flatMap(([name]) => name) },
      on: (context, task, etag) => {
        const worded = parts.map(([, reword]) => reword(context, etag, task))
        const headers = worded.flatMap((it) => it.headers ?? [])
        const plain = validRequest(context, route, task.id)
        return Object.assign(plain, ...worded, { headers }) as HttpRequest
      },
    }
  })
})
