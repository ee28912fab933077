import { field, type ProxyRequest } from '../../../../bootstrap/system/http-messages.ts'
import { problem } from '../../operators/problems.ts'
import { onResponse } from '../../operators/proxy.ts'
import { isPreflight } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

const refusing = (
  status: number,
  code: string,
  title: string,
  when: (request: ProxyRequest) => boolean,
) =>
  onResponse(
    (response) => problem(response, { status, code, title }),
    (_, request) => when(request),
  )

const has = (name: string, text: string) => (request: ProxyRequest) =>
  field(request.headers, name) === text

/** Refuses whoever shows a token that is none, where nobody asks for one. */
const judging = (when: (request: ProxyRequest) => boolean) =>
  refusing(401, 'token_malformed', 'Unauthorized', (request) =>
    /^Bearer (none|not-a-token)$/.test(field(request.headers, 'authorization') ?? '')
      ? when(request)
      : false,
  )

/** What nobody asked for, held against a request. */
export const unaskedMutants = mutants('medium', ['R', 'X', 'V', 'I', 'D'], {
  'judges tokens at livez': judging(({ path }) => /^\/livez\/?$/.test(path)),
  'judges tokens at its root': judging(({ path }) => path === '/'),
  'judges tokens where nothing is': judging(({ path }) => /\/vrf-/.test(path)),
  'judges tokens of OPTIONS': judging(({ method }) => method === 'OPTIONS'),
  'serves nobody who wants HTML': refusing(
    406,
    'malformed_request',
    'Not Acceptable',
    has('accept', 'text/html'),
  ),
  'serves no page of another site': refusing(
    403,
    'origin_not_allowed',
    'Forbidden',
    has('sec-fetch-site', 'cross-site'),
  ),
  'knows no preflight with a slash at the end': {
    severity: 'high',
    caughtBy: ['C-02'],
    ...refusing(
      404,
      'route_not_found',
      'Not Found',
      (request) => isPreflight(request) && /.\/$/.test(request.path),
    ),
  },
})

const among = (ids: RegExp) =>
  refusing(404, 'route_not_found', 'Not Found', ({ path }) => ids.test(path))

/** Paths of their own where any one segment is an id. */
export const amongIdsMutants = mutants('high', ['X-07', 'X-10'], {
  'knows no id that is called complete': among(/\/tasks\/complete\/?(\?|$)/),
  'knows no id that is called like another path': among(
    /\/tasks\/(search|count|stats|bulk|export|me|all|new)\/?(\?|$)/,
  ),
})
