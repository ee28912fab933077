/** Header fields as they were sent: in order, repeated ones too, in the spelling of the sender. */
export type Fields = [name: string, value: string][]

export interface ProxyRequest {
  method: string
  /** the raw request target */
  path: string
  headers: Fields
  body: Buffer
}

export interface ProxyResponse {
  status: number
  headers: Fields
  body: Buffer
}

/** The first value of a header field. */
export const field = (headers: Fields, name: string): string | undefined =>
  headers.find(([it]) => it.toLowerCase() === name.toLowerCase())?.[1]

/** The message with one header field set, or removed where no value is given. */
export const withHeader = <T extends { headers: Fields }>(
  message: T,
  name: string,
  value?: string,
): T => {
  const others = message.headers.filter(([it]) => it.toLowerCase() !== name.toLowerCase())
  return { ...message, headers: value === undefined ? others : [...others, [name, value]] }
}

/** A response with another body, and the length of that. */
export const withBody = (response: ProxyResponse, body: unknown): ProxyResponse => {
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  return withHeader({ ...response, body: bytes }, 'Content-Length', String(bytes.length))
}

/** The JSON object in a body, empty where there is none. */
export const jsonOf = ({ body }: { body: Buffer }): Record<string, unknown> => {
  try {
    return JSON.parse(body.toString())
  } catch {
    return {}
  }
}
