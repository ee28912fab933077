import { field, jsonOf, type ProxyRequest } from '../../../../bootstrap/system/http-messages.ts'
import { hasStatus, type Json, mapJson, mapRequestHeader } from '../../operators/proxy.ts'
import { mutants } from '../mutant.ts'

const detailing = (status: number, detail: (request: ProxyRequest) => string | undefined) =>
  mapJson((json, request) => {
    const said = detail(request)
    return said ? { ...json, detail: `Not allowed: ${said}` } : json
  }, hasStatus(status))

const messaging = (message: (field: string, sent: Json, request: ProxyRequest) => string) =>
  mapJson(
    (json, request) => {
      const { errors = [] } = json as { errors?: { field: string }[] }
      const told = errors.map(({ field: name }) => ({
        field: name,
        message: message(name, jsonOf(request), request),
      }))
      return { ...json, errors: told }
    },
    ({ status, body }) => status === 422 && body.includes('"errors"'),
  )

const parserText = (text: string): string => {
  try {
    return String(JSON.parse(text))
  } catch (error) {
    return (error as Error).message
  }
}

/** Text of the caller, or of a parser, in a refusal. */
export const echoMutants = mutants('medium', ['G-21', 'X-20'], {
  'repeats the path that it does not know': detailing(404, ({ path }) => path),
  'repeats the id that is none': detailing(404, ({ path }) => /tasks\/([^/?]+)/.exec(path)?.[1]),
  'repeats the method that it does not know': detailing(405, ({ method }) => method),
  'repeats the origin that it refuses': detailing(403, ({ headers }) => field(headers, 'origin')),
  'repeats the media type that it refuses': detailing(415, ({ headers }) =>
    field(headers, 'content-type'),
  ),
  'repeats the coding that it refuses': detailing(415, ({ headers }) =>
    field(headers, 'content-encoding'),
  ),
  'repeats the tag that does not match': detailing(412, ({ headers }) =>
    field(headers, 'if-match'),
  ),
  'repeats the key that was used': detailing(422, ({ headers }) =>
    field(headers, 'idempotency-key'),
  ),
  'repeats the token that it refuses': detailing(
    401,
    ({ headers }) => /\.([^.]+)\./.exec(field(headers, 'authorization') ?? '')?.[1],
  ),
  'repeats members that it refuses': messaging((name, sent) => `is not allowed: ${sent[name]}`),
  'repeats parameters that it refuses': messaging(
    (name, _, { path }) =>
      `is not allowed: ${new URLSearchParams(path.split('?')[1] ?? '').get(name)}`,
  ),
  'names members that it does not know': mapJson(
    (json, request) => ({
      ...json,
      errors: Object.keys(jsonOf(request)).map((name) => ({ field: name, message: 'is wrong' })),
    }),
    ({ status, body }) => status === 422 && body.includes('"errors"'),
  ),
  'says what its JSON parser says': {
    caughtBy: ['G-22'],
    ...mapJson(
      (json, { body }) => ({ ...json, detail: parserText(body.toString()) }),
      (response, { body }) => response.status === 400 && body.length > 0,
    ),
  },
  'says what its validator says': {
    caughtBy: ['G-22'],
    ...messaging(() => 'must match pattern "^\\d{4}-\\d{2}-\\d{2}$"'),
  },
  'cuts request ids that are too long': mapRequestHeader('x-request-id', (id) => id.slice(0, 64)),
  'cleans request ids of what they may not hold': mapRequestHeader('x-request-id', (id) =>
    id.replaceAll(/[^\w.-]/g, ''),
  ),
})
