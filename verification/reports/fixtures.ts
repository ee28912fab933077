import type { Check } from '../engine/check.ts'
import type { Exchange, HttpRequest, HttpResponse } from '../engine/http/exchange.ts'
import type { Transport } from '../engine/http/transport.ts'
import type { Finished, Run } from '../engine/run.ts'
import type { Settings } from '../engine/settings.ts'
import type { Result } from '../engine/verdict.ts'

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token as good as any, but for its signature, which nobody made. */
export const tokenFor = (sub: string): string =>
  `${part({ alg: 'HS256' })}.${part({ sub, exp: 4_000_000_000 })}.${Buffer.from(`signature of ${sub}, made up`).toString('base64url')}`

const user = (name: 'A' | 'B') => ({ name, token: tokenFor(name), subject: name })

export const sampleSettings: Settings = {
  target: new URL('https://api.example.com'),
  origins: ['https://app.example.com'],
  level: 'users',
  users: { a: user('A'), b: user('B') },
  waived: new Set(),
  seed: 7,
  patience: 1,
}

export const sampleResponse = (
  status: number,
  text: string,
  type = 'application/json',
): HttpResponse => ({
  status,
  headers: new Map([['content-type', [type]]]),
  body: Buffer.from(text),
  text,
  json: type.includes('json') ? JSON.parse(text) : undefined,
  rawHeaders: `content-type: ${type}`,
})

export const sampleExchange = (
  request: HttpRequest,
  response?: HttpResponse,
  sentHeaders: Exchange['sentHeaders'] = [],
): Exchange => ({
  request,
  method: request.method ?? 'GET',
  as: request.authorization ? 'forged' : (request.as ?? 'nobody'),
  sentHeaders,
  ...(response && { response }),
  edge: false,
  attempts: 1,
  limited: 0,
  startedAt: Date.now(),
  ms: 12,
})

export const sampleCheck = (id: string, more: Partial<Check> = {}): Check => ({
  id,
  promise: 'keeps this promise',
  severity: 'high',
  requirements: ['FR-005'],
  record: 'ADR-0013',
  fix: 'mend it',
  run: async () => undefined,
  ...more,
})

export const sampleResult = (id: string, more: Partial<Result> = {}): Result => ({
  id,
  verdict: 'PASS',
  findings: [],
  ms: 20,
  requests: 1,
  ...more,
})

export const sampleRun: Run = {
  settings: sampleSettings,
  runId: '0123456789',
  startedAt: new Date('2026-01-02T03:04:05.678Z'),
  obstacles: Promise.resolve([]),
  resultOf: () => Promise.reject(new Error('not asked for')),
  finished: Promise.reject(new Error('not asked for')),
  stop: () => undefined,
}
sampleRun.finished.catch(() => undefined)

export const sampleFinished = (
  results: readonly Result[],
  exchanges: readonly Exchange[],
  obstacles: readonly string[] = [],
): Finished => ({
  results,
  obstacles,
  transport: { exchanges, sent: exchanges.length } as unknown as Transport,
  ms: 1234,
})
