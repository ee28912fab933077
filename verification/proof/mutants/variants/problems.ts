import { field, jsonOf, withBody } from '../../../../bootstrap/system/http-messages.ts'
import { problem } from '../../operators/problems.ts'
import { mapJson, onResponse } from '../../operators/proxy.ts'
import { mutants } from '../mutant.ts'

const malformed = { status: 400, code: 'malformed_request', title: 'Bad Request' }
const notAllowed = { status: 405, code: 'method_not_allowed', title: 'Method Not Allowed' }
const invalid = { status: 422, code: 'validation_failed', title: 'Unprocessable Content' }

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
