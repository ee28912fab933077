import type { ProblemCode } from '../../../adapters/http/contract/problems.ts'
import { checksOf } from '../../engine/check.ts'
import { type CheckContext, TASKS } from '../../engine/check-context.ts'
import { isFromOutside } from '../../engine/http/edge.ts'
import type { Exchange, HttpRequest, HttpResponse } from '../../engine/http/exchange.ts'
import { common, JSON_TYPE } from './expectations.ts'

/** What the header section decides needs no body to be decided (contract §1). */
const AT_ONCE_MS = 2_000
/** Beyond the buffers on the way: its sender is still busy when the answer comes. */
const LARGE = 'x'.repeat(1024 * 1024)

const post = { method: 'POST', path: TASKS, raw: true, parserMayRefuse: true } as const
/** Nothing of it is held back, so it takes as long as its body takes on the way. */
const whole = { ...post, version: '1.1' } as const
const announced = (bytes: number) => [
  JSON_TYPE,
  ['Content-Length', `${bytes}`] as const,
  ['Connection', 'close'] as const,
]
const EXPECT = ['Expect', '100-continue'] as const

/** Refused by the head alone, the body of each announced and held back. */
const heads: readonly (readonly [ProblemCode, HttpRequest])[] = [
  ['body_too_large', { ...post, as: 'A', headers: announced(99_999_999) }],
  ['token_missing', { ...post, as: 'nobody', headers: announced(100) }],
  [
    'origin_not_allowed',
    { ...post, as: 'A', headers: [...announced(100), ['Origin', 'https://vrf.example']] },
  ],
  ['route_not_found', { ...post, as: 'A', path: '/api/tasks', headers: announced(100) }],
]

/** How a request is refused while its body is still to come. */
export const early = checksOf(common, {
  'V-51': {
    promise: 'refuses at once what the head of a request decides, and asks for no body first',
    severity: 'medium',
    requirements: ['US1', 'EC-1'],
    fix: 'judge origin, route, method, token and Content-Length before 100 Continue and before reading',
    run: async (context) => {
      const asked = heads.map(async ([code, request]) => {
        const headers = [...(request.headers ?? []), EXPECT]
        const exchange = await context.send({ ...request, headers })
        const { response, edge } = exchange
        // A proxy in front may collect bodies before the service hears of them: then nothing is to be seen here.
        if (!response || edge || isFromOutside(exchange)) return
        context.expectProblem(exchange, code)
        context.expectWithin(exchange, AT_ONCE_MS, `${code} at once`)
        // A proxy that goes on by itself asks in its own name; what names itself is one, since no application does.
        const isOwn = response.continued === true && !namesItself(response)
        context.expect(!isOwn, exchange, 'no 100 Continue before it')
      })
      await Promise.all(asked)
    },
  },
  'V-52': {
    promise: 'lets whoever is still sending read why it is refused',
    severity: 'medium',
    requirements: ['US1', 'EC-1'],
    fix: 'go on reading for a while after a refusal (RFC 9112 §9.6), else the answer is lost to a reset',
    run: async (context) => {
      const body = JSON.stringify({ title: LARGE })
      const sized = (type: string) => [
        ['Content-Type', type] as const,
        ['Content-Length', `${body.length}`] as const,
        ['Connection', 'close'] as const,
      ]
      const [large, strange] = await Promise.all([
        context.send({ ...whole, as: 'A', headers: sized('application/json'), body }),
        context.send({
          ...{ ...whole, as: 'A', body },
          // As a form sends it: without a preflight.
          headers: sized('application/x-www-form-urlencoded'),
        }),
      ])
      expectRead(context, large, 'body_too_large')
      // Type and size are both in the head: the type comes first (contract §1).
      expectRead(context, strange, 'unsupported_media_type')
    },
  },
  'V-53': {
    promise: 'takes no Host that is none',
    severity: 'medium',
    fix: 'answer 400 to a Host that is no name or address with a port (RFC 9112 §3.2)',
    run: async (context) => {
      const spoilt = ['a/b', 'u@h', 'a b', '[::1', '<s>']
      await Promise.all(
        spoilt.map(async (host) => {
          const headers = [['Host', host] as const]
          const exchange = await context.send({ path: '/livez', headers, raw: true })
          const { response, edge } = exchange
          // Whatever lies in front may know no such host, and say so in any form.
          if (response && edge) return
          context.expectStatus(exchange, 400)
        }),
      )
    },
  },
})

const OF_PROXIES = /^(server|via|(cf|fly|apigw)-.*|x-(amz|amzn|azure|envoy|railway|vercel)-.*)$/
const namesItself = ({ headers }: HttpResponse): boolean =>
  [...headers.keys()].some((name) => OF_PROXIES.test(name))

const expectRead = (context: CheckContext, exchange: Exchange, code: ProblemCode) => {
  const expected = `${code}, while the body is still being sent`
  if (isFromOutside(exchange)) return
  if (exchange.response) context.expectProblem(exchange, code)
  else if (/ended before/.test(exchange.trouble ?? ''))
    context.findings.push({ verdict: 'FAIL', expected, observed: 'a reset', exchange })
  else context.expect(false, exchange, expected)
}
