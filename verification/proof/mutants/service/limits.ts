import { setTimeout as delay } from 'node:timers/promises'
import { field, type ProxyRequest, withHeader } from '../../../../bootstrap/system/http-messages.ts'
import type { Interceptor } from '../../../../bootstrap/system/reverse-proxy.ts'
import { problem } from '../../operators/problems.ts'
import { isPreflight } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

const limited = { status: 429, code: 'rate_limited', title: 'Too Many Requests' }
const overloaded = { status: 503, code: 'overloaded', title: 'Service Unavailable' }

/** Turns away what comes beyond so many in a window of time. */
const counting = (when: (request: ProxyRequest) => boolean, max: number) => ({
  proxy: (): Interceptor => {
    let times: number[] = []
    return async (request, pass) => {
      const response = await pass(request)
      if (!when(request)) return response
      times = [...times.filter((at) => Date.now() - at < 1_000), Date.now()]
      return times.length > max
        ? withHeader(problem(response, limited), 'Retry-After', '1')
        : response
    }
  },
})

/** Turns away what comes while so many of the same caller are under way. */
const atATime = (max: number, refusal: typeof limited) => ({
  proxy: (): Interceptor => {
    const busy = new Map<string, number>()
    return async (request, pass) => {
      const who = field(request.headers, 'authorization')
      if (who === undefined) return pass(request)
      const count = (busy.get(who) ?? 0) + 1
      busy.set(who, count)
      try {
        await delay(20)
        const response = await pass(count > max ? { ...request, method: 'GET' } : request)
        return count > max ? withHeader(problem(response, refusal), 'Retry-After', '1') : response
      } finally {
        busy.set(who, (busy.get(who) ?? 1) - 1)
      }
    }
  },
})

const isAt = (path: string) => (request: ProxyRequest) => request.path.startsWith(path)
/** Limits where the contract says that nothing is counted, and where callers are no more than many can be. */
export const limitMutants = mutants('medium', ['G-23'], {
  'counts health checks': counting(isAt('/health'), 5),
  'counts what asks whether it lives': counting(isAt('/livez'), 1),
  'counts preflights': counting(isPreflight, 2),
  'counts refused origins': counting(
    ({ headers }) => /vrf|evil|null/.test(field(headers, 'origin') ?? ''),
    2,
  ),
  'takes four requests of a caller at a time': { caughtBy: ['P-05'], ...atATime(4, limited) },
  'is overloaded by five requests of a caller': {
    caughtBy: ['G-01'],
    ...atATime(4, overloaded),
  },
})
