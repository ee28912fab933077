import type { FastifyRequest } from 'fastify'
import type { RequestHeader } from '../contract/headers.ts'
import type { Operation } from '../contract/operation.ts'
import type { Input } from '../handlers.ts'
import { HttpProblem } from '../http-problem.ts'
import { parseJson } from './body.ts'
import { idempotencyOf, keyViolations } from './idempotency-key.ts'
import { ifMatch } from './preconditions.ts'
import { parseQuery } from './query.ts'
import { refused } from './refused-values.ts'
import { pathOf, splitTarget } from './target.ts'
import { validator } from './validation.ts'

const NO_BODY = Buffer.alloc(0)

/**
 * Reads what an operation declares from a request and judges it: syntax first, then values, all of them, so that
 * every field at fault is named at once.
 */
export const inputParser = (operation: Operation) => {
  const validQuery = operation.query && validator(operation.query)
  const validBody = operation.body && validator(operation.body.schema)

  return (request: FastifyRequest): Input<Operation> => {
    const bytes = Buffer.isBuffer(request.body) ? request.body : NO_BODY
    const json = operation.body ? parseJson(bytes) : undefined
    if (json === undefined && operation.body?.required) throw new HttpProblem('malformed_request')
    const header = (name: RequestHeader) =>
      operation.headers?.includes(name) ? headerOf(request, name) : undefined
    const { values, violations } = parseQuery(
      operation.query,
      splitTarget(request.originalUrl)[1] ?? '',
    )
    const key = header('Idempotency-Key')
    const found = [
      ...violations,
      ...(validQuery?.(values) ?? []),
      ...(json === undefined ? [] : (validBody?.(json) ?? [])),
      ...keyViolations(key),
    ]
    if (found.length > 0) throw refused(found, operation, { query: values, body: json })
    return {
      owner: request.owner,
      id: (request.params as { id?: string }).id ?? '',
      query: operation.query && values,
      body: json,
      idempotency: key === undefined ? undefined : idempotencyOf(key, pathOf(request), bytes),
      condition: ifMatch(header('If-Match')),
      ifNoneMatch: header('If-None-Match'),
    } as Input<Operation>
  }
}

const headerOf = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name.toLowerCase()]
  return Array.isArray(value) ? value.join(', ') : value
}
