import { setTimeout as delay } from 'node:timers/promises'
import {
  field,
  type ProxyRequest,
  type ProxyResponse,
} from '../../../../bootstrap/system/http-messages.ts'
import { mapJson, onRequest, setHeader } from '../../operators/proxy.ts'
import { overriding } from '../../operators/store.ts'
import { mutants } from '../mutant.ts'

const isHealth = (_: unknown, { path }: ProxyRequest) => path.startsWith('/health')

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
        ({ status }, { path, method }) =>
          path.startsWith('/health') && method === 'GET' && status === 200,
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
      ...onRequest((request) =>
        request.path === '/livez' ? { ...request, path: '/nothing' } : request,
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
]
