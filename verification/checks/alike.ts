import { isDeepStrictEqual } from 'node:util'
import { type HttpResponse, headerOf, mediaTypeOf } from '../engine/http/exchange.ts'

/**
 * What belongs to one connection or one moment, what lies between here and there may add or vary from request to
 * request, and how a body is framed: the order of its members and its white space mean nothing (contract). What an
 * origin is told depends on who asks and is judged of every answer by itself (G-16).
 */
const fleeting = new RegExp(
  `^(${[
    'access-control-.*|date|connection|keep-alive|content-length|content-encoding|transfer-encoding|x-request-id',
    'via|alt-svc|nel|report-to|server-timing|x-response-time|(x-)?rate-?limit.*|.*trace.*|x-served-by|x-timer|x-cache.*',
    // Cloudflare, Railway, AWS, Azure, Fly, Render, Vercel, Netlify, Heroku, Envoy, Kong; Google, Fastly, Akamai, Bunny
    'cf-.*|x-railway-.*|x-amz-.*|x-amzn-.*|x-azure-.*|x-ms-.*|fly-.*|rndr-id|x-render-.*|x-vercel-.*|x-nf-.*',
    'heroku-.*|x-envoy-.*|x-kong-.*|apigw-.*|x-goog-.*|(x-)?fastly-.*|(x-)?akamai-.*|cdn-.*|x-do-.*',
  ].join('|')})$`,
)

/** Whether a header says nothing of what was asked for. */
export const isFleeting = (name: string): boolean => fleeting.test(name)

/** What tells one answer from another beyond what differs by nature; undefined where they are alike. */
export const differenceOf = (one: HttpResponse, other: HttpResponse): string | undefined => {
  if (one.status !== other.status) return `status ${one.status}, not ${other.status}`
  const [some, others] = [lasting(one), lasting(other)]
  for (const name of new Set([...some.keys(), ...others.keys()])) {
    const [mine, theirs] = [some.get(name), others.get(name)]
    if (mine !== theirs) return `${name}: ${mine ?? 'none'}, not ${theirs ?? 'none'}`
  }
  return isDeepStrictEqual(contentOf(one), contentOf(other)) ? undefined : 'another body'
}

/** Its headers by name, but for those that differ by nature; media types have no case and no white space. */
const lasting = (response: HttpResponse): Map<string, string> => {
  const headers = new Map(
    [...response.headers.keys()]
      .filter((name) => !isFleeting(name))
      .map((name) => [name, headerOf(response, name) ?? '']),
  )
  if (headers.has('content-type'))
    headers.set('content-type', Object.values(mediaTypeOf(response)).join(';'))
  return headers
}

/** What the body says, but for the id of the request; in which order values were judged is for the server to say. */
export const contentOf = ({ json, text }: HttpResponse): unknown => {
  if (typeof json !== 'object' || json === null) return text
  const { errors } = json as { errors?: unknown }
  const sorted =
    Array.isArray(errors) &&
    errors.map((it) => JSON.stringify(Object.entries(Object(it)).sort())).sort()
  return { ...json, request_id: undefined, ...(sorted && { errors: sorted }) }
}
