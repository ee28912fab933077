import { Agent } from 'node:https'
import { type HttpRequest, request } from '../../bootstrap/system/http-client.ts'

/** The service responds to any request within 10 s (contract). */
const TIMEOUT_MS = 12_000

export interface ApiResponse {
  /** 0 where no response came */
  status: number
  code: string | undefined
  retryAfter: string | undefined
  ms: number
}

/** A client from outside: it comes through the edge and trusts our authority alone. */
export interface ApiClient {
  request(path: string, options?: HttpRequest): Promise<ApiResponse>
  close(): void
}

export const apiClient = (url: string, ca: string): ApiClient => {
  const { host, hostname, port } = new URL(url)
  const agent = new Agent({ keepAlive: true, ca, servername: hostname })
  const common = { agent, headers: { Host: host }, timeoutMs: TIMEOUT_MS }
  return {
    request: async (path, options) => {
      const start = performance.now()
      const response = await request(Number(port), path, { ...options, ...common }).catch(
        () => undefined,
      )
      return {
        status: response?.status ?? 0,
        code: codeIn(response?.body ?? ''),
        retryAfter: response?.headers['retry-after'],
        ms: performance.now() - start,
      }
    },
    close: () => agent.destroy(),
  }
}

const codeIn = (body: string): string | undefined => {
  try {
    return (JSON.parse(body) as { code?: string }).code
  } catch {
    return undefined
  }
}
