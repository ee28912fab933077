import { field, withHeader } from '../../../../bootstrap/system/http-messages.ts'
import {
  mapHeader,
  mapRequestHeader,
  onResponse,
  removeRequestHeader,
} from '../../operators/proxy.ts'
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
  'takes tags for one that are the same number': mapRequestHeader('if-none-match', (tags) =>
    tags.replaceAll(/"0*([1-9]\d*)(?:\.0|e0)?"/g, '"$1"'),
  ),
})
