import type { components, operations, paths } from './schema.ts'

type Schemas = components['schemas']
export type Task = Schemas['Task']
export type TaskCreate = Schemas['TaskCreate']
export type TaskUpdate = Schemas['TaskUpdate']
export type TaskPage = Schemas['TaskPage']
/** A page by its number tells how many match on all pages; one by cursor does not. */
export type NumberedPage = TaskPage & Required<Pick<TaskPage, 'total' | 'page'>>
export type Problem = Schemas['Problem']
export type ProblemCode = Schemas['ProblemCode']

/** Filters, order and size of pages, without what leads from page to page. */
export type TaskQuery = Omit<
  NonNullable<paths['/api/v1/tasks']['get']['parameters']['query']>,
  'page' | 'cursor'
>

/** What an operation may refuse with under a status. */
export type ProblemOf<
  Id extends keyof operations,
  Status extends keyof operations[Id]['responses'],
> = operations[Id]['responses'][Status] extends {
  content: { 'application/problem+json': infer Refusal }
}
  ? Refusal
  : never
