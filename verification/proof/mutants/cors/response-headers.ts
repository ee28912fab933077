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
  withoutCors,
} from '../../operators/proxy.ts'
import { isPreflight } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

const [allowed = '', other = ''] = serviceEnv.CORS_ORIGINS.split(',')

const isError = ({ status }: ProxyResponse) => status >= 400
const isRefused = ({ status }: ProxyResponse, { headers }: ProxyRequest) =>
  status === 403 && field(headers, 'origin') !== undefined

/** What responses tell browsers about origins. */
export const responseHeaderMutants = [
  ...mutants('high', ['C', 'G-05', 'G-16'], {
    'allows every origin by wildcard': {
      does: 'allows every origin with *',
      severity: 'critical',
      ...setHeader('Access-Control-Allow-Origin', '*'),
    },
    'forgets CORS on errors': onResponse(withoutCors, isError),
    'forgets CORS on 401': onResponse(withoutCors, hasStatus(401)),
    'answers with a list of origins': mapHeader(
      'Access-Control-Allow-Origin',
      () => `${allowed}, ${other}`,
    ),
    'sends one fixed origin to everybody': setHeader('Access-Control-Allow-Origin', allowed),
    'forgets every second time whom it allows': {
      proxy: () => {
        let calls = 0
        return onResponse(
          (response) => {
            calls += 1
            return calls % 2 ? response : withoutCors(response)
          },
          (_, request) => field(request.headers, 'origin') !== undefined && !isPreflight(request),
        ).proxy()
      },
    },
  }),
  ...mutants('medium', ['C', 'G-11'], {
    'leaves Vary out': removeHeader('Vary'),
    'leaves Vary out on errors': removeHeader('Vary', isError),
    'answers refused origins with 500': {
      caughtBy: ['C', 'G-05', 'G'],
      ...setStatus(500, isRefused),
    },
  }),
  ...mutants('medium', ['C', 'G-05'], {
    'copies the Vary of the request': onResponse((response, { headers }) => {
      const asked = field(headers, 'vary')
      return asked ? withHeader(response, 'Vary', `Origin, ${asked}`) : response
    }),
    'exposes no headers': removeHeader('Access-Control-Expose-Headers'),
    'sends no credentials header': removeHeader('Access-Control-Allow-Credentials'),
    'sends credentials to refused origins': setHeader(
      'Access-Control-Allow-Credentials',
      'true',
      isRefused,
    ),
  }),
]
