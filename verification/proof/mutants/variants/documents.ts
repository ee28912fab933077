import { jsonOf, withBody, withHeader } from '../../../../bootstrap/system/http-messages.ts'
import { onResponse } from '../../operators/proxy.ts'
import { mutants } from '../mutant.ts'

const BASE = '/api/v1'
/** With a base that many paths share, and a slash at the end of each. */
const based = ({ paths, ...document }: Record<string, unknown>) => ({
  ...document,
  servers: [{ url: '/' }, { url: `https://api.example.com${BASE}/` }],
  paths: Object.fromEntries(
    Object.entries(Object(paths)).map(([path, item]) => [`${path.replace(BASE, '')}/`, item]),
  ),
})

/** What needs no script, beside data that none is. */
const PAGE = '<!doctype html><h1>Tasks</h1><script type="application/json">{"openapi":1}</script>'

/** Documentation that other generators make. */
export const documentVariants = mutants('low', [], {
  'documents itself as other frameworks do': {
    settings: { environment: 'test', docs: true },
    undecided: true,
    ...onResponse(
      (response, { path }) =>
        path.startsWith('/docs')
          ? withBody(withHeader(response, 'Content-Security-Policy', "default-src 'none'"), PAGE)
          : withBody(
              withHeader(response, 'Content-Type', 'application/vnd.oai.openapi+json'),
              based(jsonOf(response)),
            ),
      ({ status, body }, { path }) =>
        status === 200 && body.length > 0 && /^\/(docs|openapi\.json)/.test(path),
    ),
  },
})
