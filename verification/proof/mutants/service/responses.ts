import { field } from '../../../../bootstrap/system/http-messages.ts'
import { addHeaders, mapJson, ownResponse, removeHeader, setHeader } from '../../operators/proxy.ts'
import { mutants } from '../mutant.ts'

/** What every response has to carry, and what none may. */
export const responseMutants = [
  ...mutants('medium', ['R'], {
    'sets a cookie': { caughtBy: ['G-08'], ...addHeaders({ 'Set-Cookie': 'sid=1; HttpOnly' }) },
    'forgets nosniff': { caughtBy: ['G-04', 'R'], ...removeHeader('X-Content-Type-Options') },
    'lets responses be cached': {
      does: 'lets answers be cached',
      caughtBy: ['G-12', 'R'],
      ...setHeader('Cache-Control', 'private, max-age=60'),
    },
    'drops the request id': {
      severity: 'low',
      caughtBy: ['G-10'],
      ...removeHeader('X-Request-Id'),
    },
    'repeats the Host it was called by': mapJson(
      (json, { headers }) => ({
        ...json,
        name: `http://${field(headers, 'x-forwarded-host') ?? field(headers, 'host')}/`,
      }),
      (_, { path }) => path === '/',
    ),
  }),
  ...mutants('high', ['R'], {
    'redirects a trailing slash': {
      caughtBy: ['R', 'A', 'G'],
      proxy: () => async (request, pass) => {
        const { path } = request
        if (!/.\/$/.test(path) || !/^\/(health|api)/.test(path)) return pass(request)
        const location = `http://evil.example${path.slice(0, -1)}`
        return ownResponse(307, { Location: location, 'X-Request-Id': 'x' })
      },
    },
    'forgets HSTS': removeHeader('Strict-Transport-Security'),
  }),
]
