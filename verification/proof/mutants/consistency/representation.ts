import { jsonOf } from '../../../../bootstrap/system/http-messages.ts'
import { mapJson, mapTask, removeHeader } from '../../operators/proxy.ts'
import { mutants } from '../mutant.ts'

/** How a task is told. */
export const representationMutants = mutants('medium', ['D'], {
  'moves created_at with each change': {
    severity: 'high',
    ...mapTask((json) => ({ ...json, created_at: json.updated_at })),
  },
  'leaves updated_at alone': mapTask((json) => ({ ...json, updated_at: json.created_at })),
  'moves updated_at without a change': mapTask((json, { method }) =>
    /^P(ATCH|UT)$/.test(method) ? { ...json, updated_at: new Date().toISOString() } : json,
  ),
  'tells times without a zone': {
    severity: 'low',
    caughtBy: ['D', 'G'],
    ...mapTask((json) => ({ ...json, created_at: String(json.created_at).replace('Z', '') })),
  },
  'sends no Location': { caughtBy: ['D', 'G-02'], ...removeHeader('Location') },
  'forgets to normalise tags': {
    caughtBy: ['D', 'V'],
    ...mapJson(
      (json, request) => ({ ...json, tags: (jsonOf(request).tags as unknown[]).map(String) }),
      ({ status }, request) => status === 201 && Array.isArray(jsonOf(request).tags),
    ),
  },
})
