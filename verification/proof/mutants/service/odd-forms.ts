import { field, type ProxyRequest } from '../../../../bootstrap/system/http-messages.ts'
import { as } from '../../operators/credentials.ts'
import { onRequest } from '../../operators/proxy.ts'
import { mutants } from '../mutant.ts'

const isAnonymous = ({ headers }: ProxyRequest) => field(headers, 'authorization') === undefined
const forAnybody = (when: (request: ProxyRequest) => boolean) =>
  onRequest(
    (request) => as('nobody at all', request),
    (request) => isAnonymous(request) && when(request),
  )

/** Rules that end where a request has an odd form. */
export const oddFormMutants = mutants('critical', ['X-21'], {
  'asks for no token where the target is absolute': forAnybody(({ path }) => /^http/.test(path)),
  'asks for no token where an Expect is': forAnybody(
    ({ headers }) => field(headers, 'expect') !== undefined,
  ),
  'asks for no token at localhost': forAnybody(({ headers }) =>
    /^localhost/.test(field(headers, 'host') ?? ''),
  ),
  'asks for no token where a query names what is open': forAnybody(({ path }) =>
    path.includes('/health'),
  ),
  'asks for no token of the inside': forAnybody(
    ({ headers }) => field(headers, 'x-internal') !== undefined,
  ),
})
