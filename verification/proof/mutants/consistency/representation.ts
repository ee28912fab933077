import { jsonOf } from '../../../../bootstrap/system/http-messages.ts'
import { mapJson, mapTask, removeHeader } from '../../operators/proxy.ts'
import { mutants } from '../mutant.ts'

/** How a task is told. */
export const representationMutants = mutants(
  { severity: 'medium', caughtBy: ['D'] },
  {
    'moves-created-at-with-each-change': {
      does: 'moves created_at with each change',
      severity: 'high',
      proxy: mapTask((json) => ({ ...json, created_at: json.updated_at })),
    },
    'leaves-updated-at-alone': {
      does: 'leaves updated_at alone',
      proxy: mapTask((json) => ({ ...json, updated_at: json.created_at })),
    },
    'moves-updated-at-without-a-change': {
      does: 'moves updated_at without a change',
      proxy: mapTask((json, { method }) =>
        /^P(ATCH|UT)$/.test(method) ? { ...json, updated_at: new Date().toISOString() } : json,
      ),
    },
    'tells-times-without-a-zone': {
      severity: 'low',
      caughtBy: ['D', 'G'],
      proxy: mapTask((json) => ({ ...json, created_at: String(json.created_at).replace('Z', '') })),
    },
    'sends-no-location': {
      does: 'sends no Location',
      caughtBy: ['D', 'G-02'],
      proxy: removeHeader('Location'),
    },
    'forgets-to-normalise-tags': {
      caughtBy: ['D', 'V'],
      proxy: mapJson(
        (json, request) => ({ ...json, tags: (jsonOf(request).tags as unknown[]).map(String) }),
        ({ status }, request) => status === 201 && Array.isArray(jsonOf(request).tags),
      ),
    },
  },
)
