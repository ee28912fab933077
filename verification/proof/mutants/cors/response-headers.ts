import {
  field,
  type ProxyRequest,
  type ProxyResponse,
  withHeader,
} from '../../../../bootstrap/system/http-messages.ts'
import { serviceEnv } from '../../mutated-service.ts'
import {
  hasStatus,
  mapHeader,
  onResponse,
  removeHeader,
  setHeader,
  setStatus,
} from '../../operators/proxy.ts'
import { mutants } from '../mutant.ts'
import { isPreflight } from './preflights.ts'

const [allowed = '', other = ''] = serviceEnv.CORS_ORIGINS.split(',')

const withoutCors = (response: ProxyResponse): ProxyResponse => ({
  ...response,
  headers: response.headers.filter(([name]) => !/^access-control-/i.test(name)),
})
const isError = ({ status }: ProxyResponse) => status >= 400
const isRefused = ({ status }: ProxyResponse, { headers }: ProxyRequest) =>
  status === 403 && field(headers, 'origin') !== undefined

/** What responses tell browsers about origins. */
export const responseHeaderMutants = mutants(
  { severity: 'high', caughtBy: ['C', 'G-05'] },
  {
    'allows-every-origin-by-wildcard': {
      does: 'allows every origin with *',
      severity: 'critical',
      proxy: setHeader('Access-Control-Allow-Origin', '*'),
    },
    'leaves-vary-out': {
      does: 'leaves Vary out',
      severity: 'medium',
      caughtBy: ['C', 'G-11'],
      proxy: removeHeader('Vary'),
    },
    'leaves-vary-out-on-errors': {
      does: 'leaves Vary out on errors',
      severity: 'medium',
      caughtBy: ['C', 'G-11'],
      proxy: removeHeader('Vary', isError),
    },
    'copies-the-vary-of-the-request': {
      does: 'copies the Vary of the request',
      severity: 'medium',
      proxy: onResponse((response, { headers }) => {
        const asked = field(headers, 'vary')
        return asked ? withHeader(response, 'Vary', `Origin, ${asked}`) : response
      }),
    },
    'exposes-no-headers': {
      severity: 'medium',
      proxy: removeHeader('Access-Control-Expose-Headers'),
    },
    'forgets-cors-on-errors': {
      does: 'forgets CORS on errors',
      proxy: onResponse(withoutCors, isError),
    },
    'forgets-cors-on-401': {
      does: 'forgets CORS on 401',
      proxy: onResponse(withoutCors, hasStatus(401)),
    },
    'answers-with-a-list-of-origins': {
      proxy: mapHeader('Access-Control-Allow-Origin', () => `${allowed}, ${other}`),
    },
    'sends-one-fixed-origin-to-everybody': {
      proxy: setHeader('Access-Control-Allow-Origin', allowed),
    },
    'forgets-every-second-time-whom-it-allows': {
      proxy: () => {
        let calls = 0
        return onResponse(
          (response) => {
            calls += 1
            return calls % 2 ? response : withoutCors(response)
          },
          (_, request) => field(request.headers, 'origin') !== undefined && !isPreflight(request),
        )()
      },
    },
    'answers-refused-origins-with-500': {
      severity: 'medium',
      caughtBy: ['C', 'G-05', 'G'],
      proxy: setStatus(500, isRefused),
    },
    'sends-no-credentials-header': {
      severity: 'medium',
      proxy: removeHeader('Access-Control-Allow-Credentials'),
    },
    'sends-credentials-to-refused-origins': {
      severity: 'medium',
      proxy: setHeader('Access-Control-Allow-Credentials', 'true', isRefused),
    },
  },
)
