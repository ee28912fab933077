import { randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import {
  type CheckContext,
  MARKER_TAG,
  newTask,
  TASKS,
  type TaskJson,
} from '../engine/check-context.ts'
import { type Exchange, headerOf, membersOf } from '../engine/http/exchange.ts'

/** An id that no task has, the same in every run. */
export const NOBODYS_TASK = `${TASKS}/01890a5d-ac96-774b-bcce-b302099a8057`

/** Creates a task whose answer matters whole, header by header. It is cleared up like any other. */
export const post = (
  context: CheckContext,
  as: 'A' | 'B',
  members: Parameters<typeof newTask>[1],
  headers: readonly (readonly [string, string])[] = [],
  fresh = false,
): Promise<Exchange> =>
  context.send({ method: 'POST', path: TASKS, as, json: newTask(context, members), headers, fresh })

/** The members of the task that came back; none where it was something else. */
export const taskIn = membersOf<TaskJson>

/** The tasks of a page; none where it is no page. */
export const tasksIn = (exchange: Exchange): TaskJson[] => {
  const { tasks } = membersOf<{ tasks: TaskJson[] }>(exchange)
  return Array.isArray(tasks) ? tasks : []
}

export const idsIn = (exchange: Exchange): string[] => tasksIn(exchange).map(({ id }) => id)

export const totalIn = (exchange: Exchange): unknown =>
  membersOf<{ total: unknown }>(exchange).total

/** Whether both hold the same ids, each once, in whatever order. */
export const sameIds = (some: readonly string[], others: readonly string[]): boolean =>
  isDeepStrictEqual([...some].sort(), [...others].sort())

/** The entity tag of an answer, or one that matches nothing. */
export const etagIn = ({ response }: Exchange): string => headerOf(response, 'etag') ?? '"none"'

/** The names of the members in which two tasks differ. */
export const differing = (one: object, other: object): string[] => {
  const [some, others] = [one, other] as Record<string, unknown>[]
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...names].filter((name) => !isDeepStrictEqual(some?.[name], others?.[name]))
}

/** What is quoted is read to its end: a title may hold what looks like another parameter. */
const PARAMETER = /;\s*([^\s=;,"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]+))/g

/** The raw target of `rel="next"` (RFC 8288), however its parameters are ordered and quoted. */
export const nextTarget = ({ response }: Exchange): string | undefined => {
  for (const [, target, rest] of (headerOf(response, 'link') ?? '').matchAll(/<([^>]*)>([^<]*)/g)) {
    const relation = [...(rest ?? '').matchAll(PARAMETER)].find(([, name]) =>
      /^rel$/i.test(`${name}`),
    )
    const names = (relation?.[2] ?? relation?.[3] ?? '').toLowerCase().split(/\s+/)
    if (names.includes('next')) return target
  }
  return undefined
}

/** The next page as a request target, wherever its link was relative to. */
export const nextUrl = (context: CheckContext, page: Exchange): URL | undefined => {
  const target = nextTarget(page)
  const base = new URL(page.request.path, context.settings.target).href
  return target !== undefined && URL.canParse(target, base) ? new URL(target, base) : undefined
}

export const pathOf = ({ pathname, search }: URL): string => `${pathname}${search}`

/** An id in the form of the contract, a UUIDv7, that no server has given to anything. */
export const neverIssued = (): string => {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(Date.now(), 0, 6)
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6)
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** All that the suite has made, the newest first. */
export const MARKED = `${TASKS}?tag=${MARKER_TAG}&per_page=100`

/** Expects that none of these is among all that their owner has. */
export const expectNothingMade = (
  context: CheckContext,
  list: Exchange,
  titles: readonly string[],
): void => {
  context.control(list.response?.status === 200, list, 'the owner can list the tasks')
  const created = titles.filter((title) => list.response?.text.includes(title)).length
  context.expect(created === 0, list, 'nothing made by what was refused', `${created} new tasks`)
}
