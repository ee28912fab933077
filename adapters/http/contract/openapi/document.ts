import { type OperationId, operationIds, operations } from '../contract.ts'
import type { Operation } from '../operation.ts'
import { parametersOf, requestBodyOf } from './requests.ts'
import { componentExamples, componentHeaders, responsesOf } from './responses.ts'
import { componentSchemas } from './schemas.ts'

const tags = {
  tasks: 'What an owner does with tasks. The owner is the `sub` of the token.',
  service: 'Who answers, and whether it can. No token is needed.',
  documentation: 'This contract, where the instance shows it.',
}

/** The contract as an OpenAPI 3.1 document, derived and never written by hand. */
export const openApiDocument = () => ({
  openapi: '3.1.0',
  info: {
    title: 'Tasks API',
    version: '1',
    summary: 'Every owner keeps tasks that nobody else can see.',
    description: [
      'JSON in UTF-8. Times are RFC 3339 in UTC, lengths count Unicode code points, after trimming and normalising where a member says so.',
      'Unknown members are ignored. Problems are RFC 9457; programs tell them apart by `code`.',
      'A path that is not here is 404 `route_not_found`, another method 405 `method_not_allowed` with `Allow`.',
    ].join('\n\n'),
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/', description: 'The instance that this document comes from' }],
  tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
  paths: paths(),
  components: {
    schemas: componentSchemas(),
    headers: componentHeaders(),
    examples: componentExamples(),
    securitySchemes: {
      token: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description:
          'A token of the configured issuer, with Better Auth the one of `authClient.token()`. Cookies are never read.',
      },
    },
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

const describe = (id: OperationId, operation: Operation) => {
  const requestBody = requestBodyOf(id, operation)
  return {
    operationId: id,
    tags: [tagOf(operation)],
    summary: operation.summary,
    description: operation.description,
    security: operation.access === 'owner' ? [{ token: [] }] : [],
    parameters: parametersOf(id, operation),
    ...(requestBody && { requestBody }),
    responses: responsesOf(id, operation),
  }
}

const tagOf = ({ access, documentation }: Operation): keyof typeof tags => {
  if (documentation) return 'documentation'
  return access === 'owner' ? 'tasks' : 'service'
}
