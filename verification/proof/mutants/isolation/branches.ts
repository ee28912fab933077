import { field, type ProxyRequest, withHeader } from '../../../../bootstrap/system/http-messages.ts'
import { actingAsCreator } from '../../operators/credentials.ts'
import { emptied, onResponse } from '../../operators/proxy.ts'
import { calls, isCompletion, isHead, onTask } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

const isChange = onTask(/^(PATCH|PUT)$/)
const bodyOf = ({ body }: ProxyRequest) => body.toString().replaceAll(/\s/g, '')
const has = (name: string, value: RegExp) => (request: ProxyRequest) =>
  value.test(field(request.headers, name) ?? '')

/** The owner forgotten for one method or one shape of a request to a single task. */
export const branchMutants = mutants('critical', ['I-20', 'I-34', 'I-35'], {
  'reads any task by HEAD': actingAsCreator(isHead),
  'changes any task by PUT': actingAsCreator(calls('putTask')),
  'deletes any task whose tag is named': actingAsCreator(
    (request) => calls('deleteTask')(request) && has('if-match', /^"/)(request),
  ),
  'changes any task under If-Match *': actingAsCreator(
    (request) => isChange(request) && has('if-match', /^\*$/)(request),
  ),
  'changes any task under its own tag by PUT': actingAsCreator(
    (request) => onTask(/^PUT$/)(request) && has('if-match', /^"/)(request),
  ),
  'shows any task to an empty change': actingAsCreator(
    (request) => isChange(request) && bodyOf(request) === '{}',
  ),
  'clears what anybody described': actingAsCreator(
    (request) => isChange(request) && /:null/.test(bodyOf(request)),
  ),
  'lets anybody change the tags of any task': actingAsCreator(
    (request) => isChange(request) && /^\{"tags":\[[^\]]*\]\}$/.test(bodyOf(request)),
  ),
  'toggles any task without a body': actingAsCreator(
    (request) => isCompletion(request) && request.body.length === 0,
  ),
  'reopens any task': actingAsCreator(
    (request) => isCompletion(request) && /false/.test(bodyOf(request)),
  ),
  'completes any task with a key': actingAsCreator(
    (request) => isCompletion(request) && has('idempotency-key', /./)(request),
  ),
  'deletes any task under If-Match *': actingAsCreator(
    (request) => onTask(/^DELETE$/)(request) && has('if-match', /^\*$/)(request),
  ),
  'says 304 to If-None-Match * for any task': {
    severity: 'high',
    ...onResponse(
      (response) => withHeader(emptied(response, 304), 'ETag', '"1"'),
      ({ status }, request) =>
        status === 404 && onTask(/^(GET|HEAD)$/)(request) && has('if-none-match', /^\*$/)(request),
    ),
  },
})
