import { once } from 'node:events'
import { type Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { request as httpsRequest, Agent as TlsAgent } from 'node:https'
import { TIMEOUT_MS, until } from './wait.ts'

export interface HttpRequest {
  method?: string
  /** the address to connect to, 127.0.0.1 unless given */
  host?: string
  headers?: Record<string, string>
  /** sent as bearer token */
  token?: string | undefined
  /** sent as Idempotency-Key */
  key?: string | undefined
  /** sent as JSON */
  json?: unknown
  /** sent as it is */
  body?: string
  /** keeps connections; one of node:https makes them TLS */
  agent?: Agent
  timeoutMs?: number
}

export interface HttpResponse {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/** One request, on a connection of its own unless there is an agent. @throws Error where there is no response */
export const request = async (
  port: number,
  path: string,
  { headers: given, token, key, json, body = '', agent, ...options }: HttpRequest = {},
): Promise<HttpResponse> => {
  const text = json === undefined ? body : JSON.stringify(json)
  const { method = 'GET', host = '127.0.0.1', timeoutMs = TIMEOUT_MS } = options
  const headers = {
    ...(token && { Authorization: `Bearer ${token}` }),
    ...(key && { 'Idempotency-Key': key }),
    ...(json !== undefined && { 'Content-Type': 'application/json' }),
    ...given,
  }
  const open = agent instanceof TlsAgent ? httpsRequest : httpRequest
  const signal = AbortSignal.timeout(timeoutMs)
  const sent = open({ port, path, method, host, headers, agent: agent ?? false, signal }).end(text)
  const [response] = await once(sent, 'response')
  let received = ''
  for await (const chunk of response.setEncoding('utf8')) received += chunk
  return { status: response.statusCode, headers: response.headers, body: received }
}

/** Asks until the response has this status. @throws Error when it is too late */
export const requestUntil = async (
  port: number,
  path: string,
  status: number,
): Promise<HttpResponse> => {
  let last: HttpResponse | undefined
  const isReached = async () => {
    last = await request(port, path).catch(() => undefined)
    return last?.status === status && last
  }
  const told = () => `${status} of ${path}, at last ${last?.status ?? 'no response'}`
  return (await until(isReached, told)) as HttpResponse
}
