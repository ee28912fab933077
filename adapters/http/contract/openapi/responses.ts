import { type OperationId, operationIds, operations } from '../contract.ts'
import { EXAMPLE_REQUEST_ID } from '../example-ids.ts'
import { examples } from '../examples.ts'
import { type ResponseHeader, responseHeaders } from '../headers.ts'
import { headersOfProblem, type Operation, problemsOf, type Success } from '../operation.ts'
import { problemBody } from '../problem-body.ts'
import { type ProblemCode, problems } from '../problems.ts'
import { Problem } from '../schemas.ts'
import { referring } from './schemas.ts'

interface Response {
  description: string
  headers: Readonly<Record<string, object>>
  content?: Readonly<Record<string, object>>
}

/** Every answer of an operation by its status, what it refuses included. */
export const responsesOf = (id: OperationId, operation: Operation): Record<string, Response> => {
  const codes = problemsOf(operation)
  const made: Record<string, Response> = {}
  for (const { status } of codes.map((code) => problems[code]))
    made[status] ??= refusal(
      id,
      status,
      codes.filter((code) => problems[code].status === status),
    )
  for (const [status, success] of Object.entries(operation.responses)) {
    const answer = successful(id, status, success)
    const other = made[status]
    // Health is refused with the status that it may answer with.
    made[status] = other
      ? {
          description: `${answer.description}, or ${other.description}`,
          headers: { ...other.headers, ...answer.headers },
          content: { ...answer.content, ...other.content },
        }
      : answer
  }
  return made
}

const successful = (id: OperationId, status: string, success: Success): Response => {
  const { description, headers = [], optionalHeaders = [], body, type } = success
  const example = examples[id].answers[Number(status)]
  return {
    description,
    headers: referTo([...headers, ...optionalHeaders]),
    ...(body && {
      content: {
        [type ?? 'application/json']: {
          schema: referring(body),
          ...(example !== undefined && { example }),
        },
      },
    }),
  }
}

const refusal = (id: OperationId, status: number, codes: readonly ProblemCode[]): Response => ({
  description: codes.join(', '),
  headers: referTo(codes.flatMap(headersOfProblem)),
  content: {
    'application/problem+json': {
      schema: {
        allOf: [referring(Problem)],
        type: 'object',
        properties: {
          status: { type: 'integer', const: status },
          code: { enum: codes, type: 'string' },
        },
        required: ['status', 'code'],
      },
      examples: Object.fromEntries(codes.map((code) => [code, problemExample(id, code)])),
    },
  },
})

/** What was refused differs from operation to operation, all else is said once. */
const problemExample = (id: OperationId, code: ProblemCode) => {
  return code === 'validation_failed'
    ? { value: problemBody(code, EXAMPLE_REQUEST_ID, examples[id].refused?.errors) }
    : { $ref: `#/components/examples/${code}` }
}

const referTo = (names: readonly ResponseHeader[]) =>
  Object.fromEntries(
    ['X-Request-Id', ...names].map((name) => [name, { $ref: `#/components/headers/${name}` }]),
  )

/** The problems that look alike wherever they come from. */
export const componentExamples = () =>
  Object.fromEntries(
    [...new Set(operationIds.flatMap((id) => problemsOf(operations[id])))]
      .filter((code) => code !== 'validation_failed')
      .sort()
      .map((code) => [code, { value: problemBody(code, EXAMPLE_REQUEST_ID) }]),
  )

/** The headers of answers; those that an answer may do without are optional. */
export const componentHeaders = () => {
  const optional = operationIds.flatMap((id) =>
    Object.values(operations[id].responses as Operation['responses']).flatMap(
      (success) => success.optionalHeaders ?? [],
    ),
  )
  return Object.fromEntries(
    Object.entries(responseHeaders).map(([name, annotated]) => {
      const { description, example, ...schema }: Annotated = annotated as object
      const required = !optional.includes(name as ResponseHeader)
      return [name, { description, required, schema, ...(example && { example }) }]
    }),
  )
}

interface Annotated {
  description?: string
  example?: string
}
