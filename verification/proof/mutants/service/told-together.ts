import {
  field,
  jsonOf,
  type ProxyRequest,
  withBody,
} from '../../../../bootstrap/system/http-messages.ts'
import { mapPage } from '../../operators/lists.ts'
import { mapJson, mapTask, onResponse } from '../../operators/proxy.ts'
import { withMembers } from '../../operators/request.ts'
import { calls, only, onTask, queryOf, taskId } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

const hasLimit = ({ path }: { path: string }) => queryOf(path).has('limit')
const hasKey = ({ headers }: ProxyRequest) => field(headers, 'idempotency-key') !== undefined

/** What is wrong in the light of other answers alone, or where nobody looks for it. */
export const toldTogetherMutants = [
  ...mutants('high', ['G-27'], {
    'tells names of owners with one blank for two': mapTask((json) => ({
      ...json,
      user_id: String(json.user_id).replaceAll(/ {2,}/g, ' '),
    })),
  }),
  ...mutants('high', ['G-28'], {
    'tells by a key that a task was deleted': {
      proxy: () => {
        const gone = new Set<string | undefined>()
        return async (request, pass) => {
          const response = await pass(request)
          const isRemoval = onTask(/^DELETE$/)(request)
          if (isRemoval && response.status === 204) gone.add(taskId(request.path))
          return isRemoval &&
            response.status === 404 &&
            hasKey(request) &&
            gone.has(taskId(request.path))
            ? withBody(response, { ...jsonOf(response), detail: 'That task was deleted.' })
            : response
        }
      },
    },
  }),
  ...mutants('high', ['G-29'], {
    'sorts otherwise where a parameter is unknown': only(
      hasLimit,
      mapJson((json) =>
        Array.isArray(json.tasks) ? { ...json, tasks: json.tasks.toReversed() } : json,
      ),
    ),
    'leaves one task out of pages of the usual size': mapPage((tasks, { perPage }) =>
      tasks.length === perPage && perPage === 20 ? tasks.slice(0, -1) : [...tasks],
    ),
  }),
  ...mutants('high', ['G-30'], {
    'lists nothing where a parameter is unknown': only(
      hasLimit,
      onResponse((response, request) =>
        calls('listTasks')(request) && response.status === 200
          ? withBody(
              {
                ...response,
                headers: response.headers.filter(([name]) => !/^link$/i.test(name)),
              },
              { ...jsonOf(response), tasks: [] },
            )
          : response,
      ),
    ),
  }),
  ...mutants('high', ['V'], {
    'keeps no list where tags are null': {
      proxy: () => async (request, pass) => {
        if (jsonOf(request).tags !== null) return pass(request)
        const response = await pass(withMembers(request, { tags: [] }))
        return response.status < 300
          ? withBody(response, { ...jsonOf(response), tags: null })
          : response
      },
    },
  }),
]
