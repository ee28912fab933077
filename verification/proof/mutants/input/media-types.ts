import { gunzipSync } from 'node:zlib'
import { field, type ProxyRequest, withHeader } from '../../../../bootstrap/system/http-messages.ts'
import { changeProblem } from '../../operators/problems.ts'
import { onRequest } from '../../operators/proxy.ts'
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
