import type { ProxyRequest } from '../../../../bootstrap/system/http-messages.ts'
import { changeProblem } from '../../operators/problems.ts'
import {
  hasStatus,
  onResponse,
  ownResponse,
  removeHeader,
  setHeader,
} from '../../operators/proxy.ts'
import { calls, isHead, only } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

const HSTS = 'Strict-Transport-Security'
const unknown = { status: 404, code: 'route_not_found', title: 'Not Found' }
const isAtComplete = ({ path }: ProxyRequest) => /\/complete\/?$/.test(path)

/** A header that one status, path or method does without, or that says less there than it should. */
export const policyMutants = [
  ...mutants('medium', ['C', 'G', 'R', 'X'], {
    'forgets nosniff on 304': removeHeader('X-Content-Type-Options', hasStatus(304)),
    'has no policy of content on 204': removeHeader('Content-Security-Policy', hasStatus(204)),
    'lets its lists be framed': only(
      calls('listTasks'),
      setHeader('Content-Security-Policy', "default-src 'none'"),
    ),
    'tells referrers within its origin on 404': setHeader(
      'Referrer-Policy',
      'same-origin',
      hasStatus(404),
    ),
    'has no policy of referrers on HEAD': only(isHead, removeHeader('Referrer-Policy')),
    'lets single tasks be kept by browsers': only(
      calls('getTask'),
      setHeader('Cache-Control', 'private'),
    ),
    'names no origin in Vary on 413': setHeader('Vary', 'Accept-Encoding', hasStatus(413)),
    'replaces request ids in refusals': setHeader('X-Request-Id', 'another', hasStatus(415, 422)),
    'challenges twice on PUT': {
      caughtBy: ['A', 'G'],
      ...only(
        calls('putTask'),
        onResponse(
          (response) => ({
            ...response,
            headers: [...response.headers, ['WWW-Authenticate', 'Basic realm="tasks"']],
          }),
          hasStatus(401),
        ),
      ),
    },
    'answers TRACE on tasks': {
      proxy: () => async (request, pass) =>
        request.method === 'TRACE' && request.path.startsWith('/api')
          ? ownResponse(200, { 'Content-Type': 'message/http', 'X-Request-Id': 'trace' }, 'TRACE')
          : pass(request),
    },
    'allows too much where a task is completed': only(
      isAtComplete,
      setHeader('Allow', 'PATCH, PUT', hasStatus(405)),
    ),
    'has nothing at complete but for PATCH': only(
      isAtComplete,
      changeProblem(unknown, hasStatus(405)),
    ),
    'answers DELETE of the list with 404': changeProblem(
      unknown,
      ({ status }, { method, path }) =>
        status === 405 && method === 'DELETE' && /tasks$/.test(path),
    ),
  }),
  ...mutants('high', ['G', 'R'], {
    'asks for TLS for a day only on 401': setHeader(
      HSTS,
      'max-age=86400; includeSubDomains',
      hasStatus(401),
    ),
    'asks for TLS without subdomains on 201': setHeader(HSTS, 'max-age=31536000', hasStatus(201)),
  }),
]
