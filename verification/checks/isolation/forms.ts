import type { CheckContext } from '../../engine/check-context.ts'
import type { HttpRequest } from '../../engine/http/exchange.ts'
import { type Route, taskRoutes } from '../../engine/matrix.ts'
import { validRequest } from '../../engine/valid-request.ts'
import { isClearable, membersOf, sampleOf } from '../members.ts'

/** One way to word the request of a route, whichever task it is for. */
export interface Form {
  route: Route
  /** of its body and of its header, each by itself a cell of the matrix */
  names: readonly string[]
  on(context: CheckContext, id: string, etag: string): HttpRequest
}

/** What is put in place of a part of the plain request; `json: undefined` takes the body away. */
type Rewording = (context: CheckContext, etag: string) => Pick<HttpRequest, 'json' | 'headers'>

/** The routes that take the same body share its members among them: there is one owner to forget, not six. */
const shareOf = (route: Route) => {
  const alike = taskRoutes.filter(
    (it) => it.operation.body?.schema === route.operation.body?.schema,
  )
  return membersOf(route).filter((_, index) => alike[index % alike.length] === route)
}

/** A member alone, none, those that can be cleared, and no body where none is needed. */
const bodiesOf = (route: Route): [string, Rewording][] => {
  const { body } = route.operation
  if (!body) return []
  const members = membersOf(route)
  const nulls = Object.fromEntries(members.filter(isClearable).map(([name]) => [name, null]))
  return [
    ...shareOf(route).map((member): [string, Rewording] => [
      `${member[0]} alone`,
      (context) => ({ json: { [member[0]]: sampleOf(context, member) } }),
    ]),
    ['an empty object', () => ({ json: {} })],
    ['nulls', () => ({ json: nulls })],
    ...(body.required
      ? []
      : [['no body', () => ({ json: undefined })] satisfies [string, Rewording]]),
  ]
}

/** What each conditional or keyed header can say of a task that is there. */
const headers: Readonly<Record<string, (context: CheckContext, etag: string) => string>> = {
  'If-Match: *': () => '*',
  'If-Match with its tag': (_, etag) => etag,
  'If-Match with another tag': () => '"another"',
  'If-None-Match: *': () => '*',
  'If-None-Match with its tag': (_, etag) => etag,
  'Idempotency-Key': ({ canary }) => canary(),
}

/** A tag that does not match is sent where no body waits behind it to be written. */
const headersOf = ({ operation }: Route): [string, Rewording][] =>
  Object.entries(headers).flatMap(([name, value]) => {
    const isHidden = name.endsWith('another tag') && operation.body
    const header = isHidden ? undefined : operation.headers?.find((it) => name.startsWith(it))
    const reword: Rewording = (context, etag) => ({
      headers: [[`${header}`, value(context, etag)]],
    })
    return header ? [[name, reword]] : []
  })

/** Every form of every request that names a task: of a body and a header neither hides the other. */
export const forms: readonly Form[] = taskRoutes.flatMap((route) => {
  const [bodies, worded] = [bodiesOf(route), headersOf(route)]
  const longer = bodies.length > worded.length ? bodies : worded
  return longer.map((_, index): Form => {
    const parts = [bodies[index], worded[index]].filter((part) => part !== undefined)
    return {
      ...{ route, names: parts.map(([name]) => name) },
      on: (context, id, etag) => ({
        ...validRequest(context, route, id),
        ...Object.assign({}, ...parts.map(([, reword]) => reword(context, etag))),
      }),
    }
  })
})
