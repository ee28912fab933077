/** A request as a check words it. Names, values and the path are sent exactly as given. */
export interface HttpRequest {
  method?: string
  /** the raw request target */
  path: string
  /** whose token to send; `nobody` sends none */
  as?: 'A' | 'B' | 'nobody'
  /** the whole value of Authorization, in place of a user's */
  authorization?: string
  /** in order, duplicates included */
  headers?: readonly (readonly [string, string])[]
  /** sent as JSON with its Content-Type, unless `headers` names another */
  json?: unknown
  /** sent as it is */
  body?: string | Uint8Array
  /** a connection of its own, that nothing else has used */
  fresh?: boolean
  /** a named connection that requests with this name share, one after the other */
  connection?: string
  /** clears up: allowed beyond the time and with the requests kept back for it */
  housekeeping?: true
  /** the HTTP parser or the edge may refuse it before the application sees it */
  parserMayRefuse?: boolean
}

export interface HttpResponse {
  status: number
  /** by lower-case name, each with all its values */
  headers: ReadonlyMap<string, readonly string[]>
  body: Buffer
  text: string
  /** the parsed body, undefined where it is no JSON */
  json: unknown
  /** all headers joined, for searching */
  rawHeaders: string
}

/** One request with its response, or with the reason why there was none. */
export interface Exchange {
  request: HttpRequest
  method: string
  /** who asked, as evidence: `A`, `B`, `nobody` or `forged` */
  as: string
  sentHeaders: readonly (readonly [string, string])[]
  response?: HttpResponse
  /** why nothing came back */
  trouble?: string
  /** the response came from something in front of the application */
  edge: boolean
  attempts: number
  startedAt: number
  /** of the last attempt, from sending to the last byte */
  ms: number
}

/** The one value of a header, all of them joined where there are several. */
export const headerOf = (response: HttpResponse | undefined, name: string): string | undefined =>
  response?.headers.get(name.toLowerCase())?.join(', ')
