import { field, jsonOf } from '../../../../bootstrap/system/http-messages.ts'
import { hasStatus, mapHeader, onResponse, removeHeader, setHeader } from '../../operators/proxy.ts'
import { calls } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

const isUnknownPath = (response: { body: Buffer }) => jsonOf(response).code === 'route_not_found'

/** Headers that most answers have but not all, and policies that are weaker than promised. */
export const partialPolicyMutants = [
  ...mutants('medium', ['G', 'R'], {
    'allows framing': mapHeader('Content-Security-Policy', () => "default-src 'none'"),
    'allows what comes from itself': mapHeader(
      'Content-Security-Policy',
      () => "default-src 'self'; frame-ancestors 'none'",
    ),
    'remembers HTTPS for five minutes': mapHeader('Strict-Transport-Security', (value) =>
      value.replace(/\d+/, '300'),
    ),
    'leaves subdomains out of HSTS': mapHeader('Strict-Transport-Security', (value) =>
      value.replace(/;.*/, ''),
    ),
    'tells other sites its origin': mapHeader(
      'Referrer-Policy',
      () => 'strict-origin-when-cross-origin',
    ),
    'forgets nosniff on 405': removeHeader('X-Content-Type-Options', hasStatus(405)),
    'forgets its policy on unknown paths': {
      caughtBy: ['G', 'R', 'X'],
      ...removeHeader('Content-Security-Policy', isUnknownPath),
    },
    'lets lists be kept': {
      does: 'lets lists be kept if they are asked about again',
      ...setHeader('Cache-Control', 'no-cache', (_, request) => calls('listTasks')(request)),
    },
    'lets a 304 be kept': setHeader('Cache-Control', 'private', hasStatus(304)),
    'sets a cookie with a new task': setHeader('Set-Cookie', 'last=1; HttpOnly', hasStatus(201)),
  }),
  ...mutants('low', ['G', 'R'], {
    'names its framework on unknown paths': {
      caughtBy: ['G', 'X'],
      ...setHeader('X-Powered-By', 'Express', isUnknownPath),
    },
    'sends no request id with refused origins': {
      caughtBy: ['G', 'C'],
      ...removeHeader('X-Request-Id', hasStatus(403)),
    },
    'forgets the request id it was given on errors': onResponse(
      (response) => ({
        ...response,
        headers: response.headers.map(([name, value]) => [
          name,
          /^x-request-id$/i.test(name) ? `req-${Date.now()}` : value,
        ]),
      }),
      ({ status }, { headers }) => status >= 400 && field(headers, 'x-request-id') !== undefined,
    ),
    'sends refused tokens as application/json': {
      caughtBy: ['G', 'A'],
      ...setHeader('Content-Type', 'application/json', hasStatus(401)),
    },
  }),
]
