import { field, type ProxyRequest } from '../../../bootstrap/system/http-messages.ts'
import {
  actingAsCreator,
  anySignature,
  as,
  lettingPass,
  signedBut,
} from '../operators/credentials.ts'
import { onRequest, removeRequestHeader } from '../operators/proxy.ts'
import { calls, only, onTask, queryOf } from '../operators/where.ts'
import { mutants } from './mutant.ts'

const carries =
  (name: string, pattern = /./) =>
  ({ headers }: ProxyRequest): boolean =>
    pattern.test(field(headers, name) ?? '')
const endsInSlash = ({ path }: ProxyRequest) => /.\/(\?|$)/.test(path)
const hasQuery = ({ path }: ProxyRequest) => path.includes('?')
const hasCursor = ({ path }: ProxyRequest) => queryOf(path).has('cursor')
const isMergePatch = carries('content-type', /merge-patch/)
const isCompletion = calls('completeTask')

/** What holds for the plain request and was forgotten for another shape of it. */
export const shapeMutants = [
  ...mutants('critical', ['A-88'], {
    'verifies no signature where the path ends in a slash': only(
      endsInSlash,
      lettingPass(anySignature),
    ),
    'verifies no signature of a list with a cursor': only(hasCursor, lettingPass(anySignature)),
    'verifies no signature of a keyed request': only(
      carries('idempotency-key'),
      lettingPass(anySignature),
    ),
    'verifies no signature of a merge patch': only(isMergePatch, lettingPass(anySignature)),
    'verifies no signature for a page': only(carries('origin'), lettingPass(anySignature)),
  }),
  ...mutants('high', ['A-40'], {
    'accepts expired tokens where a list has a cursor': only(
      hasCursor,
      lettingPass(signedBut('exp')),
    ),
    'accepts expired tokens of keyed requests': only(
      carries('idempotency-key'),
      lettingPass(signedBut('exp')),
    ),
  }),
  ...mutants('critical', ['A-13'], {
    'asks for no token what calls itself a part of the service': only(
      (request) =>
        carries('x-middleware-subrequest')(request) &&
        field(request.headers, 'authorization') === undefined,
      onRequest((request) => as('nobody at all', request)),
    ),
    'asks for no token where the path ends in a slash': only(
      (request) => endsInSlash(request) && field(request.headers, 'authorization') === undefined,
      onRequest((request) => as('nobody at all', request)),
    ),
    'asks pages for no token': only(
      (request) =>
        carries('origin', /vercel/)(request) &&
        field(request.headers, 'authorization') === undefined,
      onRequest((request) => as('nobody at all', request)),
    ),
  }),
  ...mutants('critical', ['I-38'], {
    'reads any task where the address has a query': actingAsCreator(
      (request) => hasQuery(request) && onTask(/GET/, /\/tasks\/[^/?]+/)(request),
    ),
    'completes any task where the path ends in a slash': actingAsCreator(
      (request) => endsInSlash(request) && isCompletion(request),
    ),
    'changes any task by a merge patch': actingAsCreator(isMergePatch),
    'deletes any task by a request with a body': actingAsCreator(
      (request) => request.method === 'DELETE' && request.body.length > 0,
    ),
    'completes any task by a keyed request': actingAsCreator(
      (request) => isCompletion(request) && carries('idempotency-key')(request),
    ),
  }),
  ...mutants('high', ['D-41'], {
    'hears no If-Match of a merge patch': removeRequestHeader('If-Match', isMergePatch),
    'hears no If-Match of a keyed request': removeRequestHeader(
      'If-Match',
      carries('idempotency-key'),
    ),
    'hears no If-Match of a page': removeRequestHeader('If-Match', carries('origin')),
    'hears no If-Match where the path ends in a slash': removeRequestHeader(
      'If-Match',
      endsInSlash,
    ),
  }),
]
