import { field, type ProxyRequest } from '../../../../bootstrap/system/http-messages.ts'
import { Fault } from '../../../../domain/fault.ts'
import { refusingWith, replacingOwnerOf } from '../../operators/identity.ts'
import { problem } from '../../operators/problems.ts'
import {
  hasStatus,
  mapJson,
  onResponse,
  removeHeader,
  setStatus,
  withJson,
} from '../../operators/proxy.ts'
import { decodeToken, nowSeconds } from '../../operators/token.ts'
import { mutants } from '../mutant.ts'

const authorization = ({ headers }: ProxyRequest) => field(headers, 'authorization')

const lockingOutAfter = (max: number) =>
  replacingOwnerOf((real) => {
    let rejected = 0
    return async (token) => {
      const owner = await real.ownerOf(token).catch((error: unknown) => {
        rejected += 1
        throw error
      })
      if (rejected > max) throw new Fault('token_invalid')
      return owner
    }
  })

/** What a request without a right token is answered. */
export const rejectionMutants = [
  ...mutants('medium', ['A'], {
    'answers 401 without WWW-Authenticate': removeHeader('WWW-Authenticate', hasStatus(401)),
    'answers 403 where a token is missing': setStatus(
      403,
      ({ status }, request) => status === 401 && !authorization(request),
    ),
    'looks at exp before the signature': {
      does: 'says "expired" before it has looked at the signature',
      ...refusingWith(({ payload }, real) =>
        Number(payload.exp) < nowSeconds() ? new Fault('token_expired') : real,
      ),
    },
    'fails on malformed tokens': {
      severity: 'high',
      caughtBy: ['A', 'G'],
      ...refusingWith(({ payload }, real) =>
        payload.sub === undefined ? new TypeError('boom') : real,
      ),
    },
    'locks everybody out for a while after ten bad tokens': {
      caughtBy: ['A', 'I', 'D'],
      ...lockingOutAfter(10),
    },
    'quotes the beginning of a token that has expired': mapJson((json, request) => ({
      ...json,
      ...(json.code === 'token_expired' && { detail: authorization(request)?.slice(0, 17) }),
    })),
    'tells which ids exist to whoever asks for the methods': {
      caughtBy: ['A-12'],
      ...onResponse(
        (response) =>
          problem(response, { status: 404, title: 'Not Found', code: 'task_not_found' }),
        ({ status }, { method, path }) =>
          status < 400 && method === 'OPTIONS' && path.startsWith('/api/v1/tasks/01890a5d'),
      ),
    },
    'sends the token back in the error': {
      caughtBy: ['G', 'A'],
      ...mapJson(
        (json, request) => ({ ...json, detail: `bad token ${authorization(request)}` }),
        ({ status }, request) => status === 401 && (authorization(request) ?? '').length > 60,
      ),
    },
    'repeats what a forged token claims': {
      caughtBy: ['A', 'G'],
      ...mapJson((json, request) => {
        const { payload, header } = decodeToken(authorization(request)?.split(' ')[1] ?? '')
        return { ...json, detail: `No: ${JSON.stringify([header, payload])}` }
      }, hasStatus(401)),
    },
  }),
  ...mutants('critical', ['A'], {
    'lets paths with a trailing slash pass without a token': onResponse(
      (response) => withJson(response, { tasks: [], total: 0, page: 1, per_page: 20 }),
      ({ status }, request) =>
        status === 401 &&
        /tasks\/$/.test(request.path.split('?')[0] ?? '') &&
        !authorization(request),
    ),
    'lets HEAD pass without a token': setStatus(
      200,
      ({ status }, request) =>
        request.method === 'HEAD' && status === 401 && !authorization(request),
    ),
  }),
]
