import { field } from '../../../../bootstrap/system/http-messages.ts'
import { hasStatus, mapJson, ownResponse, setHeader } from '../../operators/proxy.ts'
import { type Mutation, mutants } from '../mutant.ts'

export const html = '<!doctype html><h1>It works</h1>'
const openapi = JSON.stringify({ openapi: '3.1.0', info: { title: 'x', version: '1' }, paths: {} })

/** Answers some paths itself. */
const serving = (
  paths: RegExp,
  type: string,
  body: string,
  when: (authorization?: string) => boolean = () => true,
): Mutation => ({
  proxy: () => async (request, pass) =>
    paths.test(request.path) && when(field(request.headers, 'authorization'))
      ? ownResponse(200, { 'Content-Type': type, 'X-Request-Id': 'proxy' }, body)
      : pass(request),
})

/** As the service is outside production, with its documentation. */
const outside = (mutation: Mutation): Mutation => ({
  settings: { environment: 'test', docs: true },
  ...mutation,
})

/** What is shown to the public and should not be. */
export const exposureMutants = [
  ...mutants('high', ['X'], {
    'shows /openapi.json': serving(/^\/openapi\.json/, 'application/json', openapi),
    'shows /docs': serving(/^\/docs/, 'text/html', html),
    'shows the docs to whoever has a token': serving(
      /^\/(docs|openapi\.json)/,
      'text/html',
      html,
      (token) => token !== undefined,
    ),
    'shows its docs under another name': serving(
      /^\/(swagger|api-docs|documentation|swagger\.json)/,
      'text/html',
      html,
    ),
    'reveals that docs exist but are hidden': {
      severity: 'medium',
      ...mapJson(
        (json) => ({ ...json, detail: 'The docs are disabled.' }),
        ({ status }, { path }) => /^\/(docs|openapi\.json)/.test(path) && status === 404,
      ),
    },
    'serves its profiler': serving(/^\/debug\/./, 'text/plain', 'up 1'),
    'serves its administration': serving(/^\/admin/, 'text/plain', 'up 1'),
    'tells on another path whether it is ready': serving(/^\/(readyz|healthz)/, 'text/plain', 'ok'),
    'serves its metrics': serving(/^\/metrics/, 'text/plain', 'up 1'),
    'serves its package.json': serving(/^\/package\.json/, 'application/json', '{"name":"x"}'),
    'names its framework': { severity: 'low', ...setHeader('X-Powered-By', 'Express') },
    'shows a default page': {
      severity: 'low',
      caughtBy: ['X', 'G'],
      ...serving(/^\/$/, 'text/html', html),
    },
  }),
  ...mutants('low', ['X-14', 'X-15'], {
    'documents an operation fewer than it has': outside(
      mapJson(
        (json) => ({ ...json, paths: { ...(json.paths as object), '/livez': {} } }),
        (_, { path }) => path === '/openapi.json',
      ),
    ),
    'shows an empty page for its documentation': outside(serving(/^\/docs$/, 'text/html', '')),
    'has one policy for data and documentation': outside(
      setHeader('Content-Security-Policy', "default-src 'none'", (_, { path }) => path === '/docs'),
    ),
  }),
  ...mutants('critical', ['X'], {
    'serves its env file': {
      does: 'serves its .env',
      ...serving(/^\/\.env/, 'text/plain', 'PORT=1'),
    },
    'shows its environment at debug': serving(/^\/debug$/, 'application/json', '{"PORT":"1"}'),
    'lists its owners at users': serving(/^\/api\/v1\/users$/, 'application/json', '["x"]'),
    'serves its git folder': {
      does: 'serves its .git',
      ...serving(/^\/\.git\/(HEAD|config)/, 'text/plain', 'ref: refs/heads/main'),
    },
  }),
  ...mutants('high', ['G', 'X', 'V'], {
    'shows a stack trace in errors': mapJson(
      (json) => ({ ...json, detail: 'Error: bad\n    at parse (/srv/api/server.js:10:5)' }),
      hasStatus(400, 422),
    ),
    'shows SQL in errors': mapJson(
      (json) => ({ ...json, detail: 'invalid input syntax for type uuid: x' }),
      hasStatus(422),
    ),
  }),
]
