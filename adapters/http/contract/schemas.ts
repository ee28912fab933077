import { Type } from 'typebox'
import { PER_PAGE_MAX, SEARCH_MAX, sortKeys, sortOrders } from '../../../domain/listing.ts'
import { DESCRIPTION_MAX, priorities, TAG_MAX, TAGS_MAX, TITLE_MAX } from '../../../domain/task.ts'
import { problems } from './problems.ts'
import { wireName } from './wire-names.ts'

const closed = { additionalProperties: false }
const orNull = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) =>
  Type.Union([schema, Type.Null()])
const Instant = Type.String({ format: 'date-time', description: 'RFC 3339, UTC, milliseconds' })
const Day = Type.String({ format: 'date', description: 'YYYY-MM-DD' })
const Priority = Type.Enum([...priorities])

export const Task = Type.Object(
  {
    id: Type.String({ description: 'opaque' }),
    user_id: Type.String({ description: 'the sub of the token that made it' }),
    title: Type.String({ minLength: 1, maxLength: TITLE_MAX }),
    description: orNull(Type.String({ maxLength: DESCRIPTION_MAX })),
    completed: Type.Boolean(),
    priority: Priority,
    due_date: orNull(Day),
    tags: Type.Array(Type.String({ minLength: 1, maxLength: TAG_MAX }), { maxItems: TAGS_MAX }),
    created_at: Instant,
    updated_at: Instant,
  },
  { ...closed, title: 'Task' },
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

export const NewTask = Type.Object(writable, { title: 'NewTask' })
export const TaskChange = Type.Partial(Type.Object(writable), { title: 'TaskChange' })
export const Completion = Type.Object(
  { completed: Type.Optional(Type.Boolean()) },
  { title: 'Completion' },
)

export const TaskList = Type.Object(
  {
    tasks: Type.Array(Task),
    total: Type.Optional(Type.Integer({ description: 'absent on pages reached by cursor' })),
    page: Type.Optional(Type.Integer({ description: 'absent on pages reached by cursor' })),
    per_page: Type.Integer(),
  },
  { ...closed, title: 'TaskList' },
)

/** `style` and `explode` as in OpenAPI 3.1 §4.8.12: they decide how a list is spelt in the query. */
export const ListQuery = Type.Object({
  completed: Type.Optional(Type.Boolean()),
  priority: Type.Optional(
    Type.Array(Priority, { minItems: 1, explode: false, description: 'any of these' }),
  ),
  tag: Type.Optional(Type.Array(Type.String(), { explode: true, description: 'all of these' })),
  search: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: SEARCH_MAX,
      description: 'case-insensitive literal substring of title or description',
    }),
  ),
  due_before: Type.Optional(Day),
  due_after: Type.Optional(Day),
  sort_by: Type.Optional(Type.Enum(sortKeys.map(wireName), { default: 'created_at' })),
  sort_order: Type.Optional(Type.Enum([...sortOrders], { default: 'desc' })),
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, default: 1 })),
  per_page: Type.Optional(Type.Integer({ minimum: 1, maximum: PER_PAGE_MAX, default: 20 })),
  cursor: Type.Optional(
    Type.String({ description: 'from the Link header of the page before, instead of page' }),
  ),
})

export const Health = Type.Object(
  {
    status: Type.Enum(['ok', 'unavailable']),
    database: Type.Object(
      {
        status: Type.Enum(['connected', 'disconnected']),
        latency_ms: Type.Optional(Type.Number({ minimum: 0 })),
      },
      closed,
    ),
    environment: Type.String(),
    release: orNull(Type.String()),
    timestamp: Instant,
  },
  { ...closed, title: 'Health' },
)

export const Live = Type.Object({ status: Type.Literal('ok') }, { ...closed, title: 'Live' })
export const Root = Type.Object(
  { name: Type.String(), docs: Type.Optional(Type.String()) },
  { ...closed, title: 'Root' },
)
export const Html = Type.String({ title: 'Html' })
export const OpenApi = Type.Object({ openapi: Type.String() }, { title: 'OpenApi' })

/** RFC 9457 problem details. */
export const Problem = Type.Object(
  {
    type: Type.Literal('about:blank'),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.Enum(Object.keys(problems) as (keyof typeof problems)[]),
    request_id: Type.String(),
    errors: Type.Optional(
      Type.Array(Type.Object({ field: Type.String(), message: Type.String() }, closed)),
    ),
  },
  { ...closed, title: 'Problem' },
)
