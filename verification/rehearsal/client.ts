import { Agent, request } from 'node:https'

/** A request may last this long (contract); more is told as such. */
const PATIENCE_MS = 12_000

export interface Reply {
  /** 0 where there was no answer at all */
  status: number
  code: string | undefined
  retryAfter: string | undefined
  body: string
  ms: number
}

export interface Wanted {
  method?: string
  path: string
  token?: string
  key?: string
  json?: unknown
}

export type Send = (wanted: Wanted) => Promise<Reply>

/** A caller from outside, who comes through the edge and believes our authority alone. */
export const client = (origin: string, port: number, ca: string): { send: Send; close(): void } => {
  const agent = new Agent({ keepAlive: true, ca, servername: new URL(origin).hostname })
  const send: Send = ({ method = 'GET', path, token, key, json }) =>
    new Promise((resolve) => {
      const begun = performance.now()
      const body = json === undefined ? undefined : JSON.stringify(json)
      const settle = (status: number, headers: NodeJS.Dict<string | string[]>, text: string) =>
        resolve({
          status,
          code: codeIn(text),
          retryAfter: headers['retry-after'] as string | undefined,
          body: text,
          ms: performance.now() - begun,
        })
      const headers = {
        Host: new URL(origin).host,
        ...(token && { Authorization: `Bearer ${token}` }),
        ...(key && { 'Idempotency-Key': key }),
        ...(body && {
          'Content-Type': 'application/json',
          'Content-Length': Buffer.byteLength(body),
        }),
      }
      const signal = AbortSignal.timeout(PATIENCE_MS)
      const asked = request({ host: '127.0.0.1', port, method, path, headers, agent, signal })
      asked.once('error', () => settle(0, {}, ''))
      asked.once('response', async (response) => {
        let text = ''
        try {
          for await (const chunk of response.setEncoding('utf8')) text += chunk
          settle(response.statusCode ?? 0, response.headers, text)
        } catch {
          settle(0, {}, '')
        }
      })
      asked.end(body)
    })
  return { send, close: () => agent.destroy() }
}

const codeIn = (text: string): string | undefined => {
  try {
    return (JSON.parse(text) as { code?: string }).code
  } catch {
    return undefined
  }
}
