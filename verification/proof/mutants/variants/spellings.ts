import {
  field,
  type ProxyResponse,
  withBody,
  withHeader,
} from '../../../../bootstrap/system/http-messages.ts'
import { mapHeader, onResponse, removeHeader } from '../../operators/proxy.ts'
import { mutants } from '../mutant.ts'

const hasJson = ({ headers, body }: ProxyResponse) =>
  /json/.test(field(headers, 'content-type') ?? '') && body.length > 0

const escaped = (text: string) =>
  text
    .replaceAll(
      /[^ -~]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}`,
    )
    .replaceAll('/', '\\/')

const lowerCase = (list: string) => list.toLowerCase().split(', ').reverse().join(',')

/** The same answers, spelt as other frameworks spell them. */
export const spellingVariants = mutants('low', [], {
  'escapes in JSON what it need not': onResponse(
    (response) => withBody(response, escaped(response.body.toString())),
    hasJson,
  ),
  'spells lists of CORS otherwise': onResponse((response) => ({
    ...response,
    headers: response.headers.map(([name, value]) => [
      name,
      /^access-control-(allow-headers|expose-headers)$/i.test(name) ? lowerCase(value) : value,
    ]),
  })),
  'gives links a title that looks like a relation': mapHeader('Link', (link) =>
    link.replace('rel="next"', 'title="a, b; rel=last"; REL="prefetch next"'),
  ),
  'spells links otherwise': mapHeader('Link', (link) =>
    link.replaceAll('+', '%20').replace('; rel="next"', ';rel=next'),
  ),
  'tells an absolute Location of its own': mapHeader(
    'Location',
    (path) => `https://api.example.com${path}`,
  ),
  'sends bodies in chunks': removeHeader('Content-Length'),
  'closes each connection after its answer': {
    app: (app) => {
      app.server.prependListener('request', (_, response) => {
        response.shouldKeepAlive = false
      })
    },
  },
  'sends its headers in another order': onResponse((response) => ({
    ...response,
    headers: response.headers.toReversed(),
  })),
  'sends the type of the task with a 304': onResponse(
    (response) => withHeader(response, 'Content-Type', 'application/json; charset=utf-8'),
    ({ status }) => status === 304,
  ),
  'does what one caller asks one after the other': {
    proxy: () => {
      const last = new Map<string, Promise<unknown>>()
      return (request, pass) => {
        const who = field(request.headers, 'authorization') ?? ''
        const answered = (last.get(who) ?? Promise.resolve()).then(() => pass(request))
        last.set(
          who,
          answered.catch(() => undefined),
        )
        return answered
      }
    },
  },
})
