import { jsonOf, withBody, withHeader } from '../../../../bootstrap/system/http-messages.ts'
import { changeProblem } from '../../operators/problems.ts'
import { hasStatus, onResponse, removeHeader, setHeader, setStatus } from '../../operators/proxy.ts'
import { mutants } from '../mutant.ts'
import { html } from './exposure.ts'

/** How unknown paths and methods are answered. */
export const errorMutants = mutants('low', ['X', 'H', 'V'], {
  'answers errors as HTML': {
    severity: 'medium',
    caughtBy: ['G', 'X', 'R'],
    ...onResponse(
      (response) => withBody(withHeader(response, 'Content-Type', 'text/html'), html),
      hasStatus(404),
    ),
  },
  'answers unknown paths with 200': {
    severity: 'medium',
    caughtBy: ['R', 'X', 'G'],
    ...setStatus(200, (response) => jsonOf(response).code === 'route_not_found'),
  },
  'answers other methods with 404': changeProblem(
    { status: 404, code: 'route_not_found', title: 'Not Found' },
    hasStatus(405),
  ),
  'answers 405 without Allow': removeHeader('Allow', hasStatus(405)),
  'says undefined where it has no Retry-After': {
    caughtBy: ['G-02'],
    ...setHeader('Retry-After', 'undefined', hasStatus(404)),
  },
  'knows no HEAD': {
    caughtBy: ['R', 'A', 'I'],
    ...setStatus(404, ({ status }, { method }) => method === 'HEAD' && status === 200),
  },
})
