import { Type } from 'typebox'
import { PER_PAGE_MAX, SEARCH_MAX, sortKeys, sortOrders } from '../../../domain/listing.ts'
import { DESCRIPTION_MAX, priorities, TAG_MAX, TAGS_MAX, TITLE_MAX } from '../../../domain/task.ts'
import { problems } from './problems.ts'
import { wireName } from './wire-names.ts'

/** A `title` is the name under which OpenAPI, and with it every generated client, knows a schema. */
const closed = { additionalProperties: false }
const words = { type: 'string' }
const orNull = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S, options = {}) =>
  Type.Union([schema, Type.Null()], options)
const Instant = Type.String({ format: 'date-time', description: 'RFC 3339, UTC, milliseconds' })
const day = (description: string) => Type.String({ format: 'date', description })
const Day = day('YYYY-MM-DD, in the years 0001 to 9999')
const Priority = Type.Enum([...priorities], { ...words, title: 'Priority' })

export const Task = Type.Object(
  {
    id: Type.String({ format: 'uuid', description: 'opaque, and compared as sent' }),
    user_id: Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'its owner: the `sub` of the token that made it',
    }),
    title: Type.String({ minLength: 1, maxLength: TITLE_MAX }),
    description: orNull(Type.String({ maxLength: DESCRIPTION_MAX })),
    completed: Type.Boolean(),
    priority: Priority,
    due_date: orNull(Day),
    tags: Type.Array(Type.String({ minLength: 1, maxLength: TAG_MAX }), { maxItems: TAGS_MAX }),
    created_at: Instant,
    updated_at: Instant,
  },
  { ...closed, title: 'Task', description: 'One task of one owner' },
)

/**
 * The writable members of a task. The schema judges types; lengths count after trimming and normalising
 * and are judged by the domain.
 */
const writable = {
  title: Type.String({ description: `1 to ${TITLE_MAX} characters after trimming` }),
  description: Type.Optional(
    orNull(Type.String({ description: `at most ${DESCRIPTION_MAX} characters` })),
  ),
  completed: Type.Optional(Type.Boolean()),
  priority: Type.Optional(Priority),
  due_date: Type.Optional(orNull(Day)),
  tags: Type.Optional(
    Type.Array(Type.String(), {
      description: `at most ${TAGS_MAX} different tags of 1 to ${TAG_MAX} characters, trimmed and lower-cased`,
    }),
  ),
}

export const TaskCreate = Type.Object(writable, {
  title: 'TaskCreate',
  description:
    'A new task: open, of medium priority, without date and tags unless it says otherwise',
})
export const TaskUpdate = Type.Partial(Type.Object(writable), {
  title: 'TaskUpdate',
  description: 'What is to change: an absent member stays as it is, null clears',
})
export const TaskCompletion = Type.Object(
  { completed: Type.Optional(Type.Boolean({ description: 'toggled where it is absent' })) },
  { title: 'TaskCompletion', description: 'Whether the task is done' },
)

const byNumber = 'absent on pages reached by cursor'

export const TaskPage = Type.Object(
  {
    tasks: Type.Array(Task, { maxItems: PER_PAGE_MAX }),
    total: Type.Optional(
      Type.Integer({ minimum: 0, description: `how many match on all pages; ${byNumber}` }),
    ),
    page: Type.Optional(Type.Integer({ minimum: 1, description: byNumber })),
    per_page: Type.Integer({ minimum: 1, maximum: PER_PAGE_MAX }),
  },
  { ...closed, title: 'TaskPage', description: 'One page of a list; its Link leads to the next' },
)

/** `style` and `explode` as in OpenAPI 3.1 §4.8.12: they decide how a list is spelt in the query. */
export const ListQuery = Type.Object({
  completed: Type.Optional(Type.Boolean({ description: 'only done, or only open tasks' })),
  priority: Type.Optional(
    Type.Array(Priority, {
      minItems: 1,
      explode: false,
      description:
        'any of these, joined by commas; the service takes repeated names, `priority=high&priority=low`, as well',
    }),
  ),
  tag: Type.Optional(
    Type.Array(Type.String(), {
      explode: true,
      description: 'all of these, `tag=a&tag=b`; trimmed and lower-cased as on a task',
    }),
  ),
  search: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: SEARCH_MAX,
      description: 'case-insensitive literal substring of title or description',
    }),
  ),
  due_before: Type.Optional(day('due on this day or earlier')),
  due_after: Type.Optional(day('due on this day or later')),
  sort_by: Type.Optional(
    Type.Enum(sortKeys.map(wireName), {
      ...words,
      default: 'created_at',
      description: 'titles by code point, priorities by meaning, null due dates last',
    }),
  ),
  sort_order: Type.Optional(Type.Enum([...sortOrders], { ...words, default: 'desc' })),
  page: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      default: 1,
      description: 'beyond the last page the list is empty; a cursor is cheaper and skips nothing',
    }),
  ),
  per_page: Type.Optional(Type.Integer({ minimum: 1, maximum: PER_PAGE_MAX, default: 20 })),
  cursor: Type.Optional(
    Type.String({ description: 'from the Link header of the page before, instead of page' }),
  ),
})
export const Health = Type.Object(
  {
    status: Type.Enum(['ok', 'unavailable'], words),
    database: Type.Object(
      {
        status: Type.Enum(['connected', 'disconnected'], words),
        latency_ms: Type.Optional(
          Type.Number({ minimum: 0, description: 'absent where it did not answer' }),
        ),
      },
      closed,
    ),
    environment: Type.String({ description: '`production`, unless it was started otherwise' }),
    release: orNull(Type.String({ description: 'the commit that runs' })),
    timestamp: Instant,
  },
  { ...closed, title: 'Health', description: 'Whether requests can be served' },
)

export const Live = Type.Object(
  { status: Type.Literal('ok') },
  {
    ...closed,
    title: 'Live',
    description: 'The process runs',
  },
)
export const Root = Type.Object(
  {
    name: Type.String(),
    docs: Type.Optional(Type.String({ description: 'outside production, where the page is' })),
  },
  { ...closed, title: 'Root', description: 'Who answers here' },
)
export const Html = Type.String()
export const OpenApi = Type.Object({ openapi: Type.String({ pattern: '^3\\.' }) })

/** RFC 9457 problem details. */
export const Problem = Type.Object(
  {
    type: Type.Literal('about:blank'),
    title: Type.String({ description: 'the phrase of the status' }),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: Type.String({ description: 'one sentence for a person' }),
    code: Type.Enum(Object.keys(problems) as (keyof typeof problems)[], {
      ...words,
      title: 'ProblemCode',
      description: 'what programs tell problems apart by: a closed list',
    }),
    request_id: Type.String({ description: 'as in X-Request-Id, to be told when asking for help' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object(
          {
            field: Type.String({ description: 'member of the body, parameter or header' }),
            message: Type.String({ description: 'ends the sentence that begins with the field' }),
          },
          closed,
        ),
        { description: 'with `validation_failed` alone: every value that was refused' },
      ),
    ),
  },
  { ...closed, title: 'Problem', description: 'Why a request was refused (RFC 9457)' },
)
