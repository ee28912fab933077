import type { TSchema } from 'typebox'
import { operationIds, operations } from './contract.ts'
import { mediaTypesOf, type Operation, problemsOf, type Success } from './operation.ts'
import { problems } from './problems.ts'
import { Problem } from './schemas.ts'

/** The contract as an OpenAPI 3.1 document, derived and never written by hand. */
export const openApiDocument = () => ({
  openapi: '3.1.0',
  info: {
    title: 'Tasks API',
    version: '1',
    description: 'Every owner keeps tasks that nobody else can see.',
  },
  paths: paths(),
  components: {
    securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
  },
})

const paths = () => {
  const made: Record<string, Record<string, unknown>> = {}
  for (const id of operationIds) {
    const operation: Operation = operations[id]
    made[operation.path] = {
      ...made[operation.path],
      [operation.method.toLowerCase()]: describe(id, operation),
    }
  }
  return made
}

const describe = (id: string, operation: Operation) => ({
  operationId: id,
  summary: operation.summary,
  security: operation.access === 'owner' ? [{ token: [] }] : [],
  parameters: parametersOf(operation),
  ...(operation.body && {
    requestBody: {
      required: operation.body.required,
      content: Object.fromEntries(
        mediaTypesOf(operation).map((type) => [type, { schema: operation.body?.schema }]),
      ),
    },
  }),
  responses: { ...problemResponses(operation), ...successes(operation) },
})

const parametersOf = ({ path, headers = [], query }: Operation) => [
  ...(path.includes('{id}') ? [parameter('path', 'id', { type: 'string' }, true)] : []),
  ...headers.map((name) => parameter('header', name, { type: 'string' }, false)),
  ...Object.entries(
    (query as { properties?: Record<string, Explodable> } | undefined)?.properties ?? {},
  ).map(([name, { explode, ...schema }]) => ({
    ...parameter('query', name, schema, false),
    ...(explode !== undefined && { style: 'form', explode }),
  })),
]

type Explodable = TSchema & { explode?: boolean }

const parameter = (place: string, name: string, schema: object, required: boolean) => ({
  in: place,
  name,
  required,
  schema,
})

const successes = ({ responses }: Operation) =>
  Object.fromEntries(
    Object.entries(responses).map(([status, success]: [string, Success]) => [
      status,
      {
        description: success.description,
        headers: headersOf([...(success.headers ?? []), ...(success.optionalHeaders ?? [])]),
        ...(success.body && {
          content: { [success.type ?? 'application/json']: { schema: success.body } },
        }),
      },
    ]),
  )

const problemResponses = (operation: Operation) => {
  const byStatus = new Map<number, string[]>()
  for (const code of problemsOf(operation)) {
    const { status } = problems[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: codes.join(', '),
        content: { 'application/problem+json': { schema: Problem } },
      },
    ]),
  )
}

const headersOf = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { schema: { type: 'string' } }]))
