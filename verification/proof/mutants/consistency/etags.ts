import { field, withHeader } from '../../../../bootstrap/system/http-messages.ts'
import {
  emptied,
  mapHeader,
  mapRequestHeader,
  onResponse,
  removeRequestHeader,
} from '../../operators/proxy.ts'
import { taskId } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

export const etagMutants = mutants('medium', ['D'], {
  'never changes the ETag': { severity: 'high', ...mapHeader('ETag', () => '"1"') },
  'changes the ETag of what did not change': {
    proxy: () => {
      let responses = 0
      return onResponse((response, { method }) => {
        responses += 1
        return field(response.headers, 'etag') && method === 'GET'
          ? withHeader(response, 'ETag', `"${responses}x"`)
          : response
      }).proxy()
    },
  },
  'finds the tag in what is no list of tags': {
    severity: 'high',
    ...mapRequestHeader('if-match', (tags) => tags.match(/"[^"]*"/g)?.join(', ') ?? tags),
  },
  'sends weak ETags': { severity: 'low', ...mapHeader('ETag', (tag) => `W/${tag}`) },
  'never answers 304': removeRequestHeader('If-None-Match'),
  'answers 304 for a task that is gone': {
    severity: 'high',
    proxy: () => {
      const tags = new Map<string, string>()
      return async (request, pass) => {
        const response = await pass(request)
        const id = taskId(request.path) ?? ''
        const tag = field(response.headers, 'etag')
        if (tag) tags.set(id, tag)
        const asked = field(request.headers, 'if-none-match')
        const isKept = response.status === 404 && asked !== undefined && asked === tags.get(id)
        return isKept && request.method === 'GET' ? emptied(response, 304) : response
      }
    },
  },
  'takes tags for one that are the same number': mapRequestHeader('if-none-match', (tags) =>
    tags.replaceAll(/"0*([1-9]\d*)(?:\.0|e0)?"/g, '"$1"'),
  ),
})
