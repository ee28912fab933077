import { field, type ProxyRequest, withHeader } from '../../../../bootstrap/system/http-messages.ts'
import { onRequest, onResponse, setHeader, withoutCors } from '../../operators/proxy.ts'
import { isPreflight } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

const isGranted = ({ status }: { status: number }, request: ProxyRequest) =>
  isPreflight(request) && status === 204

export const preflightMutants = [
  ...mutants('high', ['C', 'G-05'], {
    'asks preflights for a token': {
      severity: 'critical',
      ...onRequest((request) =>
        isPreflight(request) && !field(request.headers, 'authorization')
          ? { ...request, method: 'GET', path: '/api/v1/tasks' }
          : request,
      ),
    },
    'does not allow PATCH and DELETE': setHeader(
      'Access-Control-Allow-Methods',
      'GET, HEAD, POST',
      (_, request) => isPreflight(request),
    ),
    'takes no preflight for one that names no headers': onResponse(
      withoutCors,
      (_, request) =>
        isPreflight(request) &&
        field(request.headers, 'access-control-request-headers') === undefined,
    ),
    'allows headers by wildcard only': {
      does: 'allows headers by * only',
      ...setHeader('Access-Control-Allow-Headers', '*', isGranted),
    },
  }),
  ...mutants('medium', ['C', 'G-05'], {
    'does not allow If-Match and Idempotency-Key': setHeader(
      'Access-Control-Allow-Headers',
      'Authorization, Content-Type',
      isGranted,
    ),
    'grants preflights whatever they ask for': onResponse((response, { headers }) => {
      const asked = field(headers, 'access-control-request-headers') ?? 'x'
      const method = field(headers, 'access-control-request-method')
      const methods = withHeader(response, 'Access-Control-Allow-Methods', method)
      return withHeader(methods, 'Access-Control-Allow-Headers', asked)
    }, isGranted),
  }),
]
