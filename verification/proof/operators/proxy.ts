import {
  field,
  jsonOf,
  type ProxyRequest,
  type ProxyResponse,
  withBody,
  withHeader,
} from '../../../bootstrap/system/http-messages.ts'
import type { Interceptor } from '../../../bootstrap/system/reverse-proxy.ts'

export type Json = Record<string, unknown>
export type Condition = (response: ProxyResponse, request: ProxyRequest) => boolean
export interface Proxied {
  proxy: () => Interceptor
}

/** Changes each request, or those of one kind. */
export const onRequest = (
  change: (request: ProxyRequest) => ProxyRequest,
  when: (request: ProxyRequest) => boolean = () => true,
): Proxied => ({
  proxy: () => (request, pass) => pass(when(request) ? change(request) : request),
})

/** Changes each value of one header of the request. */
export const mapRequestHeader = (
  name: string,
  change: (value: string) => string,
  when?: (request: ProxyRequest) => boolean,
) =>
  onRequest(
    (request) => ({
      ...request,
      headers: request.headers.map(([it, value]) => [
        it,
        it.toLowerCase() === name ? change(value) : value,
      ]),
    }),
    when,
  )

export const removeRequestHeader = (name: string, when?: (request: ProxyRequest) => boolean) =>
  onRequest((request) => withHeader(request, name), when)

/** Changes each response, or those of one kind. */
export const onResponse = (
  change: (response: ProxyResponse, request: ProxyRequest) => ProxyResponse,
  when: Condition = () => true,
): Proxied => ({
  proxy: () => async (request, pass) => {
    const response = await pass(request)
    return when(response, request) ? change(response, request) : response
  },
})

/** Sets a header of the response, or removes it where no value is given. */
export const setHeader = (name: string, value: string | undefined, when?: Condition) =>
  onResponse((response) => withHeader(response, name, value), when)

export const removeHeader = (name: string, when?: Condition) => setHeader(name, undefined, when)

/** Adds headers, also such as the response has already. */
export const addHeaders = (fields: Readonly<Record<string, string>>) =>
  onResponse((response) => ({
    ...response,
    headers: [...response.headers, ...Object.entries(fields)],
  }))

/** Changes a header of the response where it is sent. */
export const mapHeader = (name: string, change: (value: string, request: ProxyRequest) => string) =>
  onResponse((response, request) => {
    const value = field(response.headers, name)
    return value ? withHeader(response, name, change(value, request)) : response
  })

export const setStatus = (status: number, when: Condition) =>
  onResponse((response) => ({ ...response, status }), when)

/** Changes the JSON of the response. */
export const mapJson = (change: (json: Json, request: ProxyRequest) => unknown, when?: Condition) =>
  onResponse((response, request) => withBody(response, change(jsonOf(response), request)), when)

/** Changes each response that is a single task. */
export const mapTask = (change: (json: Json, request: ProxyRequest) => Json) =>
  mapJson(
    change,
    (response) => response.status < 300 && typeof jsonOf(response).user_id === 'string',
  )

export const hasStatus =
  (...statuses: number[]): Condition =>
  ({ status }) =>
    statuses.includes(status)

/** The response with 204 or 304 and nothing in it. */
export const emptied = (response: ProxyResponse, status: number): ProxyResponse => {
  const untyped = withHeader({ ...response, status, body: Buffer.alloc(0) }, 'Content-Type')
  return withHeader(untyped, 'Content-Length')
}

/** The response with 200 and this JSON. */
export const withJson = (response: ProxyResponse, json: Json): ProxyResponse =>
  withBody(withHeader({ ...response, status: 200 }, 'Content-Type', 'application/json'), json)

/** A response that the service had no part in. */
export const ownResponse = (
  status: number,
  headers: Readonly<Record<string, string>>,
  body = '',
): ProxyResponse => ({ status, headers: Object.entries(headers), body: Buffer.from(body) })

/** The response without a word on origins. */
export const withoutCors = (response: ProxyResponse): ProxyResponse => ({
  ...response,
  headers: response.headers.filter(([name]) => !/^access-control-/i.test(name)),
})
