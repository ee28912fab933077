import { field, type ProxyRequest, withHeader } from '../../../../bootstrap/system/http-messages.ts'
import { problem } from '../../operators/problems.ts'
import {
  mapRequestHeader,
  onResponse,
  type Proxied,
  removeRequestHeader,
} from '../../operators/proxy.ts'
import { calls, isHead, only } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

const has = (name: string) => (request: ProxyRequest) => field(request.headers, name) !== undefined

const failed = { status: 412, code: 'precondition_failed', title: 'Precondition Failed' }
const refused = { status: 400, code: 'malformed_request', title: 'Bad Request' }

/** Refuses what a request lacks, or has and should be allowed to have. */
const refusing = (members: typeof failed, when: (request: ProxyRequest) => boolean) =>
  onResponse(
    (response) => problem(withHeader(response, 'ETag'), members),
    ({ status }, request) => status < 300 && when(request),
  )

const writingAnyway: Proxied = {
  proxy: () => async (request, pass) => {
    const response = await pass(request)
    if (response.status === 412) await pass(withHeader(request, 'If-Match'))
    return response
  },
}

/** Preconditions and keys demanded, half read, or judged and then forgotten. */
export const demandMutants = [
  ...mutants('high', ['D-27'], {
    'ignores an If-Match that is malformed': mapRequestHeader('if-match', (value) =>
      /^\*$|"/.test(value.trim()) ? value : '*',
    ),
    'writes and says 412': { severity: 'critical', ...writingAnyway },
    'demands a key where a task is created': {
      caughtBy: ['D-08'],
      ...refusing(
        refused,
        (request) => calls('createTask')(request) && !has('idempotency-key')(request),
      ),
    },
  }),
  ...mutants('medium', ['D-24', 'D-26', 'D-29'], {
    'demands If-Match on PUT': refusing(
      failed,
      (request) => calls('putTask')(request) && !has('if-match')(request),
    ),
    'judges If-None-Match on PATCH': refusing(
      failed,
      (request) => calls('updateTask')(request) && field(request.headers, 'if-none-match') === '*',
    ),
    'compares If-None-Match strongly': {
      severity: 'low',
      ...mapRequestHeader('if-none-match', (value) => value.replaceAll('W/"', '"w')),
    },
    'reads the first tag of If-None-Match only': {
      caughtBy: ['D-13'],
      severity: 'low',
      ...mapRequestHeader('if-none-match', (value) => value.replace(/,.*/, '')),
    },
    'never answers HEAD with 304': {
      severity: 'low',
      ...only(isHead, removeRequestHeader('If-None-Match')),
    },
  }),
]
