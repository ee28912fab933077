import { setTimeout as delay } from 'node:timers/promises'
import {
  jsonOf,
  type ProxyRequest,
  withHeader,
} from '../../../../bootstrap/system/http-messages.ts'
import { problem } from '../../operators/problems.ts'
import { onResponse, type Proxied, withoutCors } from '../../operators/proxy.ts'
import { correctingQuery } from '../../operators/request.ts'
import { calls, isPreflight, isWrite, only } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

const limited = { status: 429, code: 'rate_limited', title: 'Too Many Requests' }
const overloaded = { status: 503, code: 'overloaded', title: 'Service Unavailable' }

/** Turns away all that comes beyond so many in a minute. */
const perMinute = (max: number, when: (request: ProxyRequest) => boolean): Proxied =>
  only(when, {
    proxy: () => {
      let count = 0
      return onResponse((response) => {
        count += 1
        return count > max
          ? withHeader(problem(withoutCors(response), limited), 'Retry-After', '60')
          : response
      }).proxy()
    },
  })

/** Does something else with requests that come while others are under way. */
const whenBusy = (max: number, { proxy }: Proxied): Proxied => ({
  proxy: () => {
    const other = proxy()
    let running = 0
    return async (request, pass) => {
      running += 1
      try {
        return running > max ? await other(request, pass) : await pass(request)
      } finally {
        running -= 1
      }
    }
  },
})

const refused: Proxied = {
  proxy: () => async (request, pass) => {
    const response = await pass({ ...request, method: 'GET', path: '/livez' })
    return withHeader(problem(response, overloaded), 'Retry-After', '1')
  },
}

const answeredLate: Proxied = {
  proxy: () => async (request, pass) => {
    await delay(1_000)
    return pass(request)
  },
}

/** Takes so long for each request, in milliseconds, that those that come together are under way together. */
const slowly = ({ proxy }: Proxied, ms = 5): Proxied => ({
  proxy: () => {
    const next = proxy()
    return async (request, pass) =>
      next(request, async (passed) => {
        await delay(ms)
        return pass(passed)
      })
  },
})

/** Limits over a minute, under ordinary parallelism, or of what nobody speaks of; health from five seconds ago. */
export const crowdMutants = mutants('medium', ['H'], {
  'takes twenty health checks a minute': { caughtBy: ['G-23'], ...perMinute(20, calls('health')) },
  'takes twenty preflights a minute': { caughtBy: ['G-23'], ...perMinute(20, isPreflight) },
  'serves one write at a time': {
    severity: 'high',
    caughtBy: ['D', 'P'],
    ...only(isWrite, slowly(whenBusy(1, refused))),
  },
  'makes the fifth health check at a time wait for a second': {
    caughtBy: ['P', 'H'],
    ...only(calls('health'), slowly(whenBusy(4, answeredLate), 50)),
  },
  'remembers for five seconds how it is': {
    severity: 'high',
    ...only(calls('health'), {
      proxy: () => {
        let kept: {
          response: ReturnType<Parameters<ReturnType<Proxied['proxy']>>[1]>
          until: number
        }
        return (request, pass) => {
          if (!kept || kept.until < Date.now())
            kept = { response: pass(request), until: Date.now() + 5_000 }
          return kept.response
        }
      },
    }),
  },
  'shuts out whoever asks for ten unknown paths': {
    caughtBy: ['X', 'R', 'G'],
    proxy: () => {
      let unknown = 0
      return onResponse((response) => {
        if (jsonOf(response).code === 'route_not_found') unknown += 1
        return unknown > 10 ? { ...response, status: 403 } : response
      }).proxy()
    },
  },
  'shows fifty tasks of a page at most': {
    caughtBy: ['D', 'V'],
    ...correctingQuery((query) => {
      if (/^(5[1-9]|[6-9]\d|100)$/.test(query.get('per_page') ?? '')) query.set('per_page', '50')
    }),
  },
})
