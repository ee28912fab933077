import type { CheckContext, TaskJson } from '../../engine/check-context.ts'
import type { HttpRequest } from '../../engine/http/exchange.ts'
import { type Route, taskRoutes } from '../../engine/matrix.ts'
import { validRequest } from '../../engine/valid-request.ts'
import { isClearable, membersOf, sampleOf } from '../members.ts'

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

/** The routes that take the same body share its members among them: there is one owner to forget, not six. */
const shareOf = (route: Route) => {
  const alike = taskRoutes.filter(
    (it) => it.operation.body?.schema === route.operation.body?.schema,
  )
  return membersOf(route).filter((_, index) => alike[index % alike.length] === route)
}

/** A member alone, none, all as they are, those that can be cleared, and no body where none is needed. */
const typed = [['Content-Type', 'application/json']] as const
/** In place of no member at all, or of no body. */
const BODILESS: [string, Rewording][] = [
  ['members of others alone', () => ({ json: { title: 'vrf', note: 'x', Completed: true } })],
  ['no body', () => ({ json: undefined })],
  ['no body but its type', () => ({ json: undefined, headers: typed })],
]

const bodiesOf = (route: Route): [string, Rewording][] => {
  const { body } = route.operation
  if (!body) return []
  const members = membersOf(route)
  const nulls = members.filter(isClearable).map(([name]) => [name, null])
  const asItIs: Rewording = (_, __, task) => ({
    json: Object.fromEntries(members.map(([name]) => [name, task[name as keyof TaskJson]])),
  })
  return [
    ...shareOf(route).map((member): [string, Rewording] => [
      `${member[0]} alone`,
      (context) => ({ json: { [member[0]]: sampleOf(context, member) } }),
    ]),
    ['an empty object', () => ({ json: {} })],
    ['what it is already', asItIs],
    ...(nulls.length > 0
      ? [['nulls', () => ({ json: Object.fromEntries(nulls) })] satisfies [string, Rewording]]
      : []),
    ...(body.required ? [] : BODILESS),
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
