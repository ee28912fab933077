import { field, jsonOf, type ProxyRequest } from '../../../../bootstrap/system/http-messages.ts'
import { changeProblem } from '../../operators/problems.ts'
import { onRequest } from '../../operators/proxy.ts'
import { withText } from '../../operators/request.ts'
import { mutants } from '../mutant.ts'

const MAX = 64 * 1024

/** Lets bodies of any size through, where it should count. */
const unlimited = (when: (request: ProxyRequest) => boolean) =>
  onRequest((request) => {
    if (request.body.length <= MAX || !when(request)) return request
    const { title, completed } = jsonOf(request)
    return withText(request, JSON.stringify({ title, completed }))
  })

const tooLarge = { status: 413, code: 'body_too_large', title: 'Content Too Large' }

/** Where and in what the size of a body is counted. */
export const sizeMutants = mutants('medium', ['V-48', 'V-49'], {
  'has no limit on chunked bodies': unlimited(
    ({ headers }) => field(headers, 'transfer-encoding') !== undefined,
  ),
  'has no limit on bodies of PUT': unlimited(({ method }) => method === 'PUT'),
  'counts characters of a body for bytes': unlimited(({ body }) => body.toString().length <= MAX),
  'takes 16 KiB when completing': changeProblem(
    tooLarge,
    (_, { path, body }) => /complete/.test(path) && body.length > MAX / 4,
  ),
  'takes less in chunks': changeProblem(
    tooLarge,
    (_, { headers, body }) =>
      field(headers, 'transfer-encoding') !== undefined && body.length > MAX - 1024,
  ),
})
