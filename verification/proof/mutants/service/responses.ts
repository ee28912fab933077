import { field } from '../../../../bootstrap/system/http-messages.ts'
import { mapJson, onResponse, removeHeader, setHeader } from '../../operators/proxy.ts'
import { mutants } from '../mutant.ts'

/** What every response has to carry, and what none may. */
export const responseMutants = mutants('medium', ['G-08'], {
  'sets a cookie': onResponse((response) => ({
    ...response,
    headers: [...response.headers, ['Set-Cookie', 'sid=1; HttpOnly']],
  })),
  'forgets nosniff': { caughtBy: ['G-04', 'R'], ...removeHeader('X-Content-Type-Options') },
  'lets responses be cached': {
    does: 'lets answers be cached',
    caughtBy: ['G-12', 'R'],
    ...setHeader('Cache-Control', 'private, max-age=60'),
  },
  'drops the request id': { severity: 'low', caughtBy: ['G-10'], ...removeHeader('X-Request-Id') },
  'redirects a trailing slash': {
    severity: 'high',
    caughtBy: ['R', 'A', 'G'],
    proxy: () => async (request, pass) =>
      /.\/$/.test(request.path) && /^\/(health|api)/.test(request.path)
        ? {
            status: 307,
            headers: [
              ['Location', `http://evil.example${request.path.slice(0, -1)}`],
              ['X-Request-Id', 'x'],
            ],
            body: Buffer.alloc(0),
          }
        : pass(request),
  },
  'repeats the Host it was called by': {
    caughtBy: ['R'],
    ...mapJson(
      (json, { headers }) => ({
        ...json,
        name: `http://${field(headers, 'x-forwarded-host') ?? field(headers, 'host')}/`,
      }),
      (_, { path }) => path === '/',
    ),
  },
  'forgets HSTS': {
    severity: 'high',
    caughtBy: ['R'],
    ...removeHeader('Strict-Transport-Security'),
  },
})
