import type { Static } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import {
  headersOfProblem,
  type Operation,
  problemsOf,
} from '../../../adapters/http/contract/operation.ts'
import { type ProblemCode, problems } from '../../../adapters/http/contract/problems.ts'
import { Problem } from '../../../adapters/http/contract/schemas.ts'
import {
  type Exchange,
  type HttpRequest,
  type HttpResponse,
  headerOf,
  mediaTypeOf,
} from '../../engine/http/exchange.ts'
import { pathOf, routeOf } from './route-of.ts'

const problem = Compile(Problem)
const bodies = new Map<string, Validator>()

/**
 * What an answer breaks of the HTTP contract, in sentences; nothing where it keeps it. An undeclared status,
 * member or code is a breach whatever the check was after.
 */
export const breaches = (exchange: Exchange): string[] => {
  const { response } = exchange
  return response
    ? [
        ...contractBreaches(exchange, response),
        ...retryBreaches(response),
        ...framingBreaches(exchange, response),
        ...timeBreaches(response),
      ]
    : []
}

/** RFC 9110 §10.2.3: seconds, or a date. */
const retryBreaches = (response: HttpResponse): string[] => {
  const value = headerOf(response, 'Retry-After') ?? '0'
  const isTime = /^\d+$/.test(value) || !Number.isNaN(Date.parse(value))
  return isTime ? [] : [`${response.status} with a Retry-After that is neither seconds nor a date`]
}

/** RFC 9112 §6.1: whoever speaks 1.0 knows no chunks. */
const framingBreaches = ({ request }: Exchange, response: HttpResponse): string[] =>
  request.version === '1.0' && response.headers.has('transfer-encoding')
    ? ['chunks in answer to HTTP/1.0']
    : []

/** Quotation marks within a text are escaped: what stands unescaped is a member. */
const TIME = /"(created_at|updated_at|timestamp)":"(?!\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")/
const timeBreaches = ({ json }: HttpResponse): string[] => {
  const [, name] = TIME.exec(JSON.stringify(json) ?? '') ?? []
  return name ? [`${name} is no time in UTC with milliseconds and Z`] : []
}

const contractBreaches = (exchange: Exchange, response: HttpResponse): string[] => {
  const { method, request } = exchange
  const path = pathOf(request.path)
  const operation = routeOf(exchange)?.operation
  if (response.status >= 400 && !isHealth(response, path))
    return problemBreaches(response, operation, request, method)
  if (method === 'OPTIONS') return response.status === 204 ? [] : [`${response.status} to OPTIONS`]
  if (!operation) return [`${response.status} where no operation is`]
  return successBreaches(operation, method, response)
}

const isHealth = (response: HttpResponse, path: string) =>
  response.status === 503 &&
  path.replace(/\/$/, '') === '/health' &&
  mediaTypeOf(response).type !== 'application/problem+json'

/** The name that JSON of this kind has of its own (OpenAPI 3.1 §4.3). */
const isOpenApi = (type: string, { json }: HttpResponse): boolean =>
  /^application\/(vnd\.oai\.)?openapi\+json$/.test(type) && 'openapi' in Object(json)

const isOf = (expected: string, response: HttpResponse): boolean => {
  const { type, charset = 'utf-8' } = mediaTypeOf(response)
  return (type === expected || isOpenApi(type, response)) && charset === 'utf-8'
}

const successBreaches = (
  operation: Operation,
  method: string,
  response: HttpResponse,
): string[] => {
  const declared = operation.responses[response.status]
  if (!declared)
    return [`status ${response.status} is not declared for ${operation.method} ${operation.path}`]
  const missing = (declared.headers ?? []).filter((name) => headerOf(response, name) === undefined)
  const found = missing.map((name) => `${response.status} without ${name}`)
  if (method === 'HEAD' || !declared.body) {
    if (response.body.length > 0) found.push(`${response.status} to ${method} has a body`)
    // RFC 9110 §8.6: the length is that of the answer to GET.
    if (declared.body && headerOf(response, 'content-length') === '0')
      found.push('HEAD tells of a body without a byte')
    return found
  }
  const type = declared.type?.split(';')[0] ?? 'application/json'
  if (!isOf(type, response)) found.push(`Content-Type is not ${type} in UTF-8`)
  if (type !== 'application/json') return found
  const key = `${operation.path} ${response.status}`
  const validator = bodies.get(key) ?? Compile(declared.body)
  bodies.set(key, validator)
  if (!validator.Check(response.json))
    found.push(`body is not as declared: ${complaints(validator, response.json)}`)
  return found
}

/** What a body, or the encoding of a query, may be refused with where it has no say (contract §1, open). */
const openCodes = (operation: Operation | undefined, request: HttpRequest): ProblemCode[] => {
  const [, query = ''] = request.path.split('?')
  const isBodied = request.json !== undefined || request.body !== undefined
  return [
    ...(isBodied && !operation?.body
      ? (['body_too_large', 'unsupported_media_type', 'validation_failed'] as const)
      : []),
    ...(/%(?![0-9a-f]{2})/i.test(query) ? (['validation_failed'] as const) : []),
  ]
}

const problemBreaches = (
  response: HttpResponse,
  operation: Operation | undefined,
  request: HttpRequest,
  method: string,
): string[] => {
  if (method === 'HEAD') return response.body.length > 0 ? ['a body in answer to HEAD'] : []
  if (!isOf('application/problem+json', response))
    return [`${response.status} is not application/problem+json`]
  if (!problem.Check(response.json))
    return [`problem is not as declared: ${complaints(problem, response.json)}`]
  const { status, code, errors, title, detail } = response.json as Static<typeof Problem>
  const found: string[] = []
  const told = [title, detail, ...(errors ?? []).map(({ message }) => message)]
  if (!told.every((text) => /\S/.test(text))) found.push('a problem that tells a person nothing')
  if (status !== response.status)
    found.push(`problem says ${status}, the status line ${response.status}`)
  if (problems[code].status !== response.status)
    found.push(`${code} belongs to ${problems[code].status}, not ${response.status}`)
  if (code === 'validation_failed' && !errors?.length)
    found.push('validation_failed without errors')
  if (code !== 'validation_failed' && errors !== undefined) found.push(`${code} with errors`)
  const anywhere: ProblemCode[] = [
    'route_not_found',
    'method_not_allowed',
    'rate_limited',
    'shutting_down',
    'malformed_request',
    ...openCodes(operation, request),
  ]
  if (operation && !anywhere.includes(code) && !problemsOf(operation).includes(code))
    found.push(`${code} is not declared for ${operation.method} ${operation.path}`)
  for (const name of headersOfProblem(code))
    if (headerOf(response, name) === undefined) found.push(`${response.status} without ${name}`)
  return found
}

const complaints = (
  validator: { Errors(value: unknown): { instancePath: string; message: string }[] },
  value: unknown,
): string =>
  validator
    .Errors(value)
    .slice(0, 3)
    .map(({ instancePath, message }) => `${instancePath || 'body'} ${message}`)
    .join('; ')
