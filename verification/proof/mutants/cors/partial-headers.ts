import { withHeader } from '../../../../bootstrap/system/http-messages.ts'
import { problem } from '../../operators/problems.ts'
import {
  hasStatus,
  mapHeader,
  onResponse,
  removeHeader,
  setStatus,
  withoutCors,
} from '../../operators/proxy.ts'
import { isHead, isPreflight } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

const without = (name: string) => (list: string) =>
  list
    .split(', ')
    .filter((it) => it !== name)
    .join(', ')

/** CORS on most answers but not all, and preflights that grant a little less or longer. */
export const partialHeaderMutants = [
  ...mutants('high', ['C', 'G'], {
    'forgets CORS on 304': onResponse(withoutCors, hasStatus(304)),
    'forgets CORS on 204': onResponse(
      withoutCors,
      ({ status }, { method }) => status === 204 && method === 'DELETE',
    ),
    'forgets CORS on 405': onResponse(withoutCors, hasStatus(405)),
    'forgets CORS on 413 and 415': onResponse(withoutCors, hasStatus(413, 415)),
    'forgets CORS on HEAD': onResponse(withoutCors, (_, request) => isHead(request)),
    'leaves PUT out of preflights': mapHeader('Access-Control-Allow-Methods', without('PUT')),
  }),
  ...mutants('medium', ['C', 'G'], {
    'exposes no Link': mapHeader('Access-Control-Expose-Headers', without('Link')),
    'exposes no Retry-After': mapHeader('Access-Control-Expose-Headers', without('Retry-After')),
    'allows no X-Request-Id': mapHeader('Access-Control-Allow-Headers', without('X-Request-Id')),
    'has preflights remembered for ten seconds': mapHeader('Access-Control-Max-Age', () => '10'),
    'answers preflights with 200': setStatus(200, (_, request) => isPreflight(request)),
    'knows preflights of known paths only': onResponse(
      (response) =>
        problem(withoutCors(response), {
          status: 404,
          title: 'Not Found',
          code: 'route_not_found',
        }),
      ({ status }, request) =>
        status === 204 &&
        isPreflight(request) &&
        !/^\/(health|livez|api\/v1\/tasks.*)?$/.test(request.path),
    ),
    'leaves Vary out of preflights': removeHeader('Vary', (_, request) => isPreflight(request)),
    'leaves Vary out where no origin is named': onResponse(
      (response) => withHeader(response, 'Vary'),
      (response) => !response.headers.some(([name]) => /^access-control-allow-origin$/i.test(name)),
    ),
  }),
]
