import { gunzipSync } from 'node:zlib'
import { field, type ProxyRequest, withHeader } from '../../../../bootstrap/system/http-messages.ts'
import { changeProblem } from '../../operators/problems.ts'
import { mapRequestHeader, onRequest } from '../../operators/proxy.ts'
import { withText } from '../../operators/request.ts'
import { mutants } from '../mutant.ts'

const typeOf = ({ headers }: ProxyRequest): string => field(headers, 'content-type') ?? ''

/** Takes some media types for JSON. */
const taking = (types: RegExp, when: (request: ProxyRequest) => boolean = () => true) =>
  onRequest((request) =>
    request.body.length > 0 && types.test(typeOf(request)) && when(request)
      ? withHeader(request, 'Content-Type', 'application/json')
      : request,
  )

const refused = { status: 415, code: 'unsupported_media_type', title: 'Unsupported Media Type' }

/** The type, charset and coding of a body, judged too loosely or too strictly. */
export const mediaTypeMutants = mutants('medium', ['V-03', 'V-47', 'V-48'], {
  'takes what begins like JSON for JSON': taking(/^application\/json/i),
  'takes every type that ends in JSON': taking(/^[\w.+-]+\/([\w.-]+\+)?json *(;|$)/i),
  'takes JSON patches for merge patches': taking(/^application\/json-patch\+json/i),
  'takes JSON as text when completing': taking(/^text\/json/i, ({ path }) => /complete/.test(path)),
  'takes merge patches on PUT': taking(
    /^application\/merge-patch\+json/i,
    ({ method }) => method === 'PUT',
  ),
  'takes Latin-1 for UTF-8 on PUT': taking(
    /^application\/json *; *charset/i,
    ({ method }) => method === 'PUT',
  ),
  'takes a charset that ends like ours': taking(/^application\/json *; *charset=[\w-]+utf-8/i),
  'takes a charset that begins like ours': {
    caughtBy: ['V-47'],
    ...taking(/^application\/[\w+-]*json *; *charset=utf-8./i),
  },
  'reads codings in small letters alone': {
    caughtBy: ['V-19', 'V-47'],
    ...onRequest((request) =>
      /[A-Z]/.test(field(request.headers, 'content-encoding') ?? '')
        ? withHeader(request, 'Content-Encoding')
        : request,
    ),
  },
  'looks at the first coding of a body alone': {
    caughtBy: ['V-19', 'V-47'],
    ...mapRequestHeader('content-encoding', (value) => value.replace(/,.*/, '')),
  },
  'reads UTF-16 where it finds it': {
    caughtBy: ['V-50'],
    ...onRequest((request) =>
      request.body[0] === 0x7b && request.body[1] === 0
        ? withText(request, request.body.toString('utf16le'))
        : request,
    ),
  },
  'decompresses bodies of PUT': onRequest((request) =>
    request.method === 'PUT' && field(request.headers, 'content-encoding') === 'gzip'
      ? withHeader({ ...request, body: gunzipSync(request.body) }, 'Content-Encoding')
      : request,
  ),
  'ignores unknown codings of a body': onRequest((request) =>
    /gzip|identity/.test(field(request.headers, 'content-encoding') ?? 'identity')
      ? request
      : withHeader(request, 'Content-Encoding'),
  ),
  'knows no quoted charset': changeProblem(
    refused,
    (_, request) => request.body.length > 0 && /charset="/i.test(typeOf(request)),
  ),
  'knows media types in small letters alone': changeProblem(
    refused,
    (_, request) => request.body.length > 0 && /^[^;]*[A-Z]/.test(typeOf(request)),
  ),
})
