import { setTimeout as delay } from 'node:timers/promises'
import {
  field,
  type ProxyRequest,
  type ProxyResponse,
} from '../../../../bootstrap/system/http-messages.ts'
import { type Json, mapJson, onRequest, setHeader } from '../../operators/proxy.ts'
import { overriding } from '../../operators/store.ts'
import { type Mutation, mutants } from '../mutant.ts'

const isHealth = (_: unknown, { path }: ProxyRequest) => path.startsWith('/health')

const isPlainHealth = ({ status }: ProxyResponse, { path, method }: ProxyRequest) =>
  path.startsWith('/health') && method === 'GET' && status === 200

/** Members of the first health check, in all later ones. */
const remembering = (kept: (json: Json) => Json): Mutation => ({
  proxy: () => {
    let first: Json | undefined
    return mapJson((json) => {
      first ??= kept(json)
      return { ...json, ...first }
    }, isPlainHealth).proxy()
  },
})

export const healthMutants = [
  ...mutants('critical', ['H'], {
    'answers /health with 200 and nothing else': {
      caughtBy: ['H', 'G-02'],
      ...mapJson(() => ({ status: 'ok' }), isHealth),
    },
    'answers /health from memory for ever': {
      proxy: () => {
        let first: ProxyResponse | undefined
        return async (request, pass) => {
          const plain = request.path === '/health' && request.method === 'GET'
          if (plain && first) return first
          const response = await pass(request)
          if (plain && response.status === 200) first = response
          return response
        }
      },
    },
    'says healthy while every request fails': {
      caughtBy: ['H', 'D', 'A', 'G'],
      ...overriding(() => ({ list: () => Promise.reject(new Error('gone')) })),
    },
    'says unhealthy while every request works': {
      probe: () => ({ check: () => Promise.reject(new Error('no')) }),
    },
  }),
  ...mutants('high', ['H'], {
    'asks for a token at /health': onRequest((request) =>
      request.path === '/health' && !field(request.headers, 'authorization')
        ? { ...request, path: '/api/v1/tasks' }
        : request,
    ),
    'tells the database host in health': {
      does: 'tells the database’s host in /health',
      caughtBy: ['H', 'G'],
      ...mapJson(
        (json) => ({ ...json, host: 'ep-cool-name-123456.eu-central-1.aws.neon.tech' }),
        isPlainHealth,
      ),
    },
    'tells more of itself when asked verbosely': {
      severity: 'medium',
      caughtBy: ['H', 'G'],
      ...mapJson(
        (json) => ({ ...json, config: { pool: 10 } }),
        (_, { path }) => /^\/health\?.*(verbose|debug)/.test(path),
      ),
    },
    'caches /health publicly': {
      severity: 'medium',
      caughtBy: ['H', 'R', 'G'],
      ...setHeader('Cache-Control', 'public, max-age=60', (_, { path }) => path === '/health'),
    },
    'has no /livez': {
      severity: 'low',
      caughtBy: ['H', 'R'],
      ...onRequest((request) =>
        /^\/livez\/?$/.test(request.path) ? { ...request, path: '/nothing' } : request,
      ),
    },
    'takes POST at /health': {
      severity: 'low',
      caughtBy: ['H', 'X', 'V'],
      ...onRequest((request) =>
        request.path === '/health' && request.method === 'POST'
          ? { ...request, method: 'GET' }
          : request,
      ),
    },
    'takes longer than two seconds to say how it is': {
      proxy: () => async (request, pass) => {
        if (request.path.startsWith('/health')) await delay(4_300)
        return pass(request)
      },
    },
  }),
  ...mutants('high', ['H-02', 'H-12'], {
    'remembers health under a new timestamp': {
      ...remembering(({ timestamp: _, ...json }) => ({
        ...json,
        database: { status: 'connected', latency_ms: 1 + Math.random() },
      })),
    },
    'tells always the same latency': mapJson(
      (json) => ({ ...json, database: { status: 'connected', latency_ms: 1.8 } }),
      isPlainHealth,
    ),
    'tells a latency longer than the answer took': mapJson(
      (json) => ({ ...json, database: { status: 'connected', latency_ms: 900 + Math.random() } }),
      isPlainHealth,
    ),
    'tells when it was started in place of now': remembering(({ timestamp }) => ({ timestamp })),
    'answers health checks one after the other': {
      severity: 'medium',
      caughtBy: ['P-04'],
      proxy: () => {
        let last: Promise<unknown> = Promise.resolve()
        return (request, pass) => {
          if (!request.path.startsWith('/health')) return pass(request)
          const before = last
          const answered = before.then(() => delay(120)).then(() => pass(request))
          last = answered.catch(() => undefined)
          return answered
        }
      },
    },
  }),
]
