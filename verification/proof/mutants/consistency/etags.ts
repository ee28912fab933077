import { field, withHeader } from '../../../../bootstrap/system/http-messages.ts'
import {
  mapHeader,
  mapRequestHeader,
  onResponse,
  removeRequestHeader,
} from '../../operators/proxy.ts'
import { mutants } from '../mutant.ts'

export const etagMutants = mutants(
  { severity: 'medium', caughtBy: ['D'] },
  {
    'takes-weak-tags-in-if-match': {
      does: 'takes weak tags in If-Match',
      proxy: mapRequestHeader('if-match', (tags) => tags.replaceAll('W/', '')),
    },
    'never-changes-the-etag': {
      does: 'never changes the ETag',
      severity: 'high',
      proxy: mapHeader('ETag', () => '"1"'),
    },
    'changes-the-etag-of-what-did-not-change': {
      does: 'changes the ETag of what did not change',
      proxy: () => {
        let responses = 0
        return onResponse((response, { method }) => {
          responses += 1
          return field(response.headers, 'etag') && method === 'GET'
            ? withHeader(response, 'ETag', `"${responses}x"`)
            : response
        })()
      },
    },
    'sends-weak-etags': {
      does: 'sends weak ETags',
      severity: 'low',
      proxy: mapHeader('ETag', (tag) => `W/${tag}`),
    },
    'never-answers-304': { proxy: removeRequestHeader('If-None-Match') },
  },
)
