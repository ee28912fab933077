import {
  field,
  jsonOf,
  type ProxyRequest,
  type ProxyResponse,
} from '../../../../bootstrap/system/http-messages.ts'
import { serviceEnv } from '../../mutated-service.ts'
import { hasStatus, mapJson, onResponse, ownResponse } from '../../operators/proxy.ts'
import { mutants } from '../mutant.ts'

const isCode = (code: string) => (response: ProxyResponse) => jsonOf(response).code === code

const isBrokenEncoding = ({ path }: ProxyRequest) =>
  /%(?![0-9a-f]{2})/i.test(path.split('?')[1] ?? '')

/** Text of libraries and of the configuration in answers, and problems in another shape. */
export const parserTextMutants = mutants('medium', ['G', 'V'], {
  'says what its JWT library says': {
    caughtBy: ['G', 'A'],
    ...mapJson(
      (json) => ({
        ...json,
        detail: 'JWSSignatureVerificationFailed: signature verification failed',
      }),
      isCode('token_invalid'),
    ),
  },
  'says which audience it expects': {
    caughtBy: ['G', 'A'],
    ...mapJson(
      (json) => ({
        ...json,
        detail: `jwt audience invalid. expected: ${serviceEnv.AUTH_AUDIENCE}`,
      }),
      isCode('token_invalid'),
    ),
  },
  'keeps any request id': {
    caughtBy: ['G', 'R', 'V'],
    ...onResponse(
      (response, { headers }) => ({
        ...response,
        headers: response.headers.map(([name, value]) => [
          name,
          /^x-request-id$/i.test(name) ? (field(headers, name) ?? value) : value,
        ]),
      }),
      (_, { headers }) => /^[ -~]+$/.test(field(headers, 'x-request-id') ?? ''),
    ),
  },
  'answers with a list of details': mapJson(
    (json) => ({ ...json, detail: json.errors }),
    isCode('validation_failed'),
  ),
  'answers broken percent-encoding as HTML': onResponse(
    (_, { path }) =>
      ownResponse(
        400,
        { 'Content-Type': 'text/html; charset=utf-8', 'X-Request-Id': 'x' },
        `<pre>URIError: Failed to decode param ${path.split('?')[1]}</pre>`,
      ),
    ({ status }, request) => status === 400 && isBrokenEncoding(request),
  ),
  'says how long a body may be that is too long': {
    severity: 'low',
    ...mapJson(
      (json) => ({ ...json, expected: 70_000, limit: 65_536, type: 'entity.too.large' }),
      isCode('body_too_large'),
    ),
  },
  'tells the path as the instance of a problem': {
    severity: 'low',
    caughtBy: ['G', 'X'],
    ...mapJson(
      (json, { path }) => ({ ...json, instance: path.split('?')[0] }),
      hasStatus(400, 401, 404, 405, 412, 422),
    ),
  },
})
