import {
  field,
  jsonOf,
  type ProxyRequest,
  withBody,
  withHeader,
} from '../../../../bootstrap/system/http-messages.ts'
import type { Interceptor } from '../../../../bootstrap/system/reverse-proxy.ts'
import { problem } from '../../operators/problems.ts'
import { mapJson, onResponse } from '../../operators/proxy.ts'
import { mutants } from '../mutant.ts'

const malformed = { status: 400, code: 'malformed_request', title: 'Bad Request' }
const notAllowed = { status: 405, code: 'method_not_allowed', title: 'Method Not Allowed' }
const invalid = { status: 422, code: 'validation_failed', title: 'Unprocessable Content' }

/** The one header that tokens of the service have. */
const GOOD_HEADER = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')
const details: Readonly<Record<string, (request: ProxyRequest) => string>> = {
  token_missing: ({ method }) => (method === 'POST' ? 'Sign in to write.' : 'Sign in first.'),
  token_invalid: ({ headers }) =>
    field(headers, 'authorization')?.includes(`${GOOD_HEADER}.`)
      ? 'That token was not made for you.'
      : 'Tokens of that kind are not taken.',
}

let turn = 0

/** Each kind and each operation in words of its own, errors in any order, and headers as frameworks write them. */
const wording = (): Interceptor => async (request, pass) => {
  const response = await pass(request)
  const { code, errors, ...json } = jsonOf(response)
  if (response.status < 400 || typeof code !== 'string') return response
  turn += 1
  const detail = details[code]?.(request) ?? json.detail
  const listed = Array.isArray(errors) && { errors: turn % 2 ? errors : errors.toReversed() }
  const worded = withBody(response, { ...json, detail, code, ...listed })
  const tagged = response.status === 422 ? withHeader(worded, 'ETag', 'W/"refused"') : worded
  const challenge = field(response.headers, 'www-authenticate')
  return challenge
    ? withHeader(tagged, 'WWW-Authenticate', challenge.toLowerCase().replaceAll('"', ''))
    : tagged
}

const VALID_ID = /^[A-Za-z0-9._-]{1,64}$/

/** Requests that bear no name of their own get one as other frameworks number them. */
const numbering = (): Interceptor => {
  let count = 0
  return async (request, pass) => {
    const response = await pass(request)
    if (VALID_ID.test(field(request.headers, 'x-request-id') ?? '')) return response
    count += 1
    const named = withHeader(response, 'X-Request-Id', `0HN7:${count}+/=`)
    const { request_id, ...json } = jsonOf(response)
    return request_id ? withBody(named, { ...json, request_id: `0HN7:${count}+/=` }) : named
  }
}

/** Refusals in other words, or by another status that the contract leaves open. */
export const problemVariants = mutants('low', [], {
  'answers options without preflight with 405': {
    does: 'answers OPTIONS that is no preflight with 405',
    ...onResponse(
      (response) => problem(response, notAllowed),
      ({ status }, { method, headers }) =>
        method === 'OPTIONS' && status === 204 && !field(headers, 'access-control-request-method'),
    ),
  },
  'words and orders refusals in ways of its own': { proxy: wording },
  'numbers requests in a form of its own': { proxy: numbering },
  'words titles and details otherwise': mapJson(
    (json) => ({ ...json, title: 'Nope', detail: 'Not like that, please.' }),
    (response) => response.status >= 400 && 'code' in jsonOf(response),
  ),
  'refuses JSON that is no object with 400': onResponse(
    (response) => problem(response, malformed),
    ({ status }, { body }) =>
      status === 422 && /^(\[|"|null|true|false|-?\d)/.test(body.toString().trim()),
  ),
  'refuses __proto__ with 400': {
    proxy: () => async (request, pass) =>
      /__proto__|constructor/.test(request.body.toString())
        ? problem(await pass({ ...request, body: Buffer.from('{') }), malformed)
        : pass(request),
  },
  'answers broken percent-encoding with 422': onResponse(
    (response) => {
      const refused = problem(response, invalid)
      const errors = [{ field: 'query', message: 'is not encoded' }]
      return withBody(refused, { ...jsonOf(refused), errors })
    },
    ({ status }, { path }) => status === 400 && /\?.*%(?![0-9a-f]{2})/i.test(path),
  ),
})
