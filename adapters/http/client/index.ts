export type { GetToken } from './bearer-token.ts'
export { isProblem, ProblemError, UnexpectedAnswerError, UnreachableError } from './errors.ts'
export type { components, operations, paths } from './schema.ts'
export {
  type CallOptions,
  type ChangeOptions,
  type KeyOptions,
  type TaskClient,
  type TaskClientOptions,
  taskClient,
  type Versioned,
} from './task-client.ts'
export type {
  NumberedPage,
  Problem,
  ProblemCode,
  ProblemOf,
  Task,
  TaskCreate,
  TaskPage,
  TaskQuery,
  TaskUpdate,
} from './types.ts'
