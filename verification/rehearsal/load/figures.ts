import type { ApiResponse } from '../client.ts'

/** What was requested while something happened, and how it was answered. */
export interface Figures {
  requests: number
  /** how often each status and code came instead of success; each write was sent again under the same key */
  failures: Record<string, number>
  failed: number
  /** failures that were no 503 with Retry-After */
  unexpected: string[]
  lastFailure: string | undefined
  slowestMs: number
  livezFailures: number
}

export const noFigures = (): Figures => ({
  requests: 0,
  failures: {},
  failed: 0,
  unexpected: [],
  lastFailure: undefined,
  slowestMs: 0,
  livezFailures: 0,
})

/** Counts a response. Returns whether it was the one that was wanted. */
export const record = (
  figures: Figures,
  { status, code, retryAfter, ms }: ApiResponse,
  success: number,
): boolean => {
  figures.requests += 1
  figures.slowestMs = Math.max(figures.slowestMs, ms)
  if (status === success) return true
  const name = status === 0 ? 'no answer' : [status, code].filter(Boolean).join(' ')
  figures.lastFailure = name
  figures.failed += 1
  figures.failures[name] = (figures.failures[name] ?? 0) + 1
  if (status !== 503 || retryAfter === undefined) figures.unexpected.push(name)
  return false
}

/** In one line, as far as there is something to tell. */
export const lineOf = ({ requests, failures, failed, slowestMs }: Figures): string => {
  const counts = Object.entries(failures).map(([name, count]) => `${count} × ${name}`)
  const list = counts.length > 0 ? ` (${counts.join(', ')})` : ''
  return `${requests} requests, ${failed} failed${list}, slowest ${inSeconds(slowestMs)}`
}

export const inSeconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`

/** @throws Error with the figures where any request failed */
export const assertNoFailure = (figures: Figures): void => {
  if (figures.failed > 0) throw new Error(lineOf(figures))
}
