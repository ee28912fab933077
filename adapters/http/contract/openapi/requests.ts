import type { OperationId } from '../contract.ts'
import { EXAMPLE_TASK_ID } from '../example-ids.ts'
import { examples } from '../examples.ts'
import { requestHeaders } from '../headers.ts'
import { mediaTypesOf, type Operation } from '../operation.ts'
import { referring } from './schemas.ts'

interface Annotated {
  description?: string
  explode?: boolean
}

const taskId = { type: 'string', minLength: 1, description: 'The id of a task, as it came.' }

/** The parameters of an operation, in its path, its headers and its query. */
export const parametersOf = (id: OperationId, { path, headers = [], query }: Operation) => {
  const sent = examples[id]
  const inQuery = (query as { properties?: Record<string, object> } | undefined)?.properties
  return [
    ...(path.includes('{id}') ? [parameter('path', 'id', taskId, EXAMPLE_TASK_ID)] : []),
    ...headers.map((name) => parameter('header', name, requestHeaders[name], sent.headers?.[name])),
    ...Object.entries(inQuery ?? {}).map(([name, schema]) =>
      parameter('query', name, schema, sent.query?.[name as never]),
    ),
  ]
}

const parameter = (place: string, name: string, schema: object, example: unknown) => {
  const { description, explode, ...rest }: Annotated = schema
  return {
    in: place,
    name,
    required: place === 'path',
    ...(description && { description }),
    ...(explode !== undefined && { style: 'form', explode }),
    schema: referring(rest),
    ...(example !== undefined && { example }),
  }
}

/** The body of an operation, under each of its media types. */
export const requestBodyOf = (id: OperationId, operation: Operation) => {
  const { body } = operation
  const { body: example } = examples[id]
  return (
    body && {
      required: body.required,
      content: Object.fromEntries(
        mediaTypesOf(operation).map((type) => [type, { schema: referring(body.schema), example }]),
      ),
    }
  )
}
