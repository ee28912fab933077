import type { Cell } from '../matrix.ts'

/** A request as a check words it. Names, values and the path are sent exactly as given. */
export interface HttpRequest {
  method?: string
  /** the raw request target */
  path: string
  /** whose token to send; `nobody` sends none */
  as?: 'A' | 'B' | 'nobody'
  /** in place of Bearer, before the token of a user */
  scheme?: string
  /** the whole value of Authorization, in place of a user's */
  authorization?: string
  /** in order, duplicates included */
  headers?: readonly (readonly [string, string])[]
  /** sent as JSON with its Content-Type, unless `headers` names another */
  json?: unknown
  /** sent as it is */
  body?: string | Uint8Array
  /** in chunks, without a Content-Length (RFC 9112 §7.1) */
  chunked?: true
  /** written as it is, with no header of a client's own but Host: for what no client would send */
  raw?: true
  /** of a `raw` request that holds nothing back, in place of HTTP/1.1 */
  version?: '1.0' | '1.1'
  /** a connection of its own, that nothing else has used */
  fresh?: boolean
  /** a named connection that requests with this name share, one after the other */
  connection?: string
  /** clears up: allowed beyond the time and with the requests kept back for it */
  housekeeping?: true
  /** the HTTP parser or the edge may refuse it before the application sees it */
  parserMayRefuse?: boolean
  /** what an answer to it settles of the matrix */
  covers?: readonly Cell[]
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
  /** whether `100 Continue` came before it; known of `raw` requests */
  continued?: boolean
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
  /** how many of the attempts a rate limit turned away */
  limited: number
  startedAt: number
  /** of the last attempt, from sending to the last byte */
  ms: number
}

/** Whether the application said what it has to say: whoever asks for patience has not. */
export const isAnswered = ({ response, edge }: Exchange): boolean =>
  response !== undefined && !edge && response.status !== 429

/** The one value of a header, all of them joined where there are several. */
export const headerOf = (response: HttpResponse | undefined, name: string): string | undefined =>
  response?.headers.get(name.toLowerCase())?.join(', ')

/** The same of a policy for browsers, which a proxy may set once more: what is said twice is said. */
export const policyOf = (response: HttpResponse | undefined, name: string): string | undefined => {
  const values = headerOf(response, name)
    ?.split(',')
    .map((value) => value.trim())
  return values && [...new Set(values)].join(', ')
}

/** The media type of an answer and its charset, in small letters: neither has a case (RFC 9110 §8.3.1). */
export const mediaTypeOf = (response: HttpResponse | undefined) => {
  const [type = '', ...parameters] = (headerOf(response, 'content-type') ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
  const charset = parameters.find((it) => it.startsWith('charset='))?.replace(/^charset=|"/g, '')
  return { type, charset }
}

/** The members of the JSON object that came back; none where it was something else. */
export const membersOf = <T extends object>({ response }: Exchange): Partial<T> =>
  typeof response?.json === 'object' && response.json !== null ? response.json : {}

/** Status and code of a problem. */
export const problemIn = (exchange: Exchange): { status?: number; code?: string } => {
  const { code } = membersOf<{ code: unknown }>(exchange)
  const { status } = exchange.response ?? {}
  return { ...(status && { status }), ...(typeof code === 'string' && { code }) }
}

/** What came back, in one line. */
export const summary = (exchange: Exchange): string => {
  const { response, trouble, edge, attempts } = exchange
  if (!response)
    return `${trouble ?? 'nothing'}${attempts > 1 ? ` after ${attempts} attempts` : ''}`
  if (edge) return `${response.status} from something in front of the application`
  const { code } = problemIn(exchange)
  return `status ${response.status}${code ? ` ${code}` : ''}, ${headerOf(response, 'content-type') ?? 'no type'}`
}
