import { setTimeout as delay } from 'node:timers/promises'
import { memoryTasks } from '../../../../adapters/memory/memory-tasks.ts'
import { jsonOf, withBody, withHeader } from '../../../../bootstrap/system/http-messages.ts'
import type { Interceptor } from '../../../../bootstrap/system/reverse-proxy.ts'
import { problem } from '../../operators/problems.ts'
import { ownResponse } from '../../operators/proxy.ts'
import { mutants } from '../mutant.ts'

/** Turns every sixtieth request away before anything is done, as a rate limit does it. */
const rateLimiting = (until: () => string) => (): Interceptor => {
  let calls = 0
  return async (request, pass) => {
    calls += 1
    const isFree = /^\/(health|livez)\b/.test(request.path) || request.method === 'OPTIONS'
    if (calls % 60 !== 0 || isFree) return pass(request)
    // Whoever is refused for what the header section says is not limited; of its body nothing is said.
    const headers = request.headers.filter(([name]) => !/^(content|transfer)-|^if-/i.test(name))
    const plain = { method: 'GET', path: '/', headers, body: Buffer.alloc(0) }
    const response = await pass(plain)
    if (response.status >= 400) return response
    const limited = { status: 429, code: 'rate_limited', title: 'Too Many Requests' }
    return withHeader(problem(response, limited), 'Retry-After', until())
  }
}

const wakingUpSlowly = (): Interceptor => {
  let awake: Promise<unknown> | undefined
  return async (request, pass) => {
    awake ??= delay(4_000)
    await awake
    return pass(request)
  }
}

/**
 * One probe at a time, which takes 300 ms; who comes meanwhile shares it (contract §2). Every third one was begun by
 * the platform, half of it ago.
 */
const probingSlowly = (): Interceptor => {
  let probe: { begun: number; done: Promise<void> } | undefined
  let count = 0
  return async (request, pass) => {
    if (!request.path.startsWith('/health')) return pass(request)
    if (!probe) {
      count += 1
      const passed = count % 3 === 0 ? 150 : 0
      const done = delay(300 - passed).then(() => {
        probe = undefined
      })
      probe = { begun: performance.now() - passed, done }
    }
    const { begun, done } = probe
    await done
    const response = await pass(request)
    const { database, ...json } = jsonOf(response)
    const latency_ms = performance.now() - begun
    return database
      ? withBody(response, { ...json, database: { ...database, latency_ms } })
      : response
  }
}

/** A platform's own page while the service wakes up. */
const platformPage = (): Interceptor => {
  let calls = 0
  return async (request, pass) => {
    calls += 1
    if (calls > 2) return pass(request)
    const page = '{"status":"error","code":404,"message":"Application not found"}'
    return ownResponse(404, { 'Content-Type': 'application/json', Server: 'railway-edge' }, page)
  }
}

/** Services that are slow, asleep or busy. */
export const delayVariants = mutants('low', [], {
  'needs 40 ms longer for everything': {
    proxy: () => async (request, pass) => {
      await delay(40)
      return pass(request)
    },
  },
  'needs four seconds to wake up': { proxy: wakingUpSlowly },
  'takes its time to ask the database': { proxy: probingSlowly },
  'shows the platform’s page while it wakes up': { proxy: platformPage },
  'limits the rate now and then': { proxy: rateLimiting(() => '1') },
  'limits the rate now and then until a date': {
    proxy: rateLimiting(() => new Date(Date.now() + 1_000).toUTCString()),
  },
  'limits everybody to 150 requests a minute': {
    settings: { rateLimitPerMinute: 150 },
    undecided: true,
  },
  'is 600 ms away': {
    proxy: () => async (request, pass) => {
      await delay(600)
      return pass(request)
    },
  },
  'runs on replicas whose clocks are 300 ms apart': {
    tasks: () => {
      let turn = 0
      return memoryTasks(() => Date.now() - (turn++ % 2) * 300)
    },
  },
})
