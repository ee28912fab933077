import { DiagLogLevel, diag } from '@opentelemetry/api'

/** What is told of the endpoint; a logger of pino's kind. */
export interface TelemetryLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

interface ExportResult {
  /** 0 for success */
  code: number
  error?: unknown
}

interface Exporter<Items> {
  export(items: Items, done: (result: ExportResult) => void): void
}

/**
 * The exporter, with one line in the log when the endpoint stops taking this signal and one when it takes it again.
 * Never what the endpoint says: it may repeat what it was sent.
 */
export const toldExporter = <Items, E extends Exporter<Items>>(
  exporter: E,
  signal: 'metrics' | 'traces',
  log: TelemetryLog,
): E => {
  let failing = false
  const send = exporter.export.bind(exporter)
  exporter.export = (items: Items, done: (result: ExportResult) => void) =>
    send(items, (result) => {
      const code = result.code === 0 ? takeDoubt() : codeOf(result.error)
      if ((code !== undefined) !== failing) tell(code)
      failing = code !== undefined
      done(result)
    })
  const tell = (code: string | undefined) => {
    if (code === undefined)
      log.info({ signal }, 'the telemetry endpoint takes what it is sent again')
    else
      log.warn(
        { signal, code },
        'the telemetry endpoint does not take what it is sent, which is dropped: see whether OTEL_EXPORTER_OTLP_ENDPOINT and its headers are right',
      )
  }
  return exporter
}

/** A status, or the name of a system's error. */
const codeOf = (error: unknown): string => {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown }
  if (typeof code === 'number') return `HTTP_${code}`
  if (typeof code === 'string' && /^\w{1,64}$/.test(code)) return code
  // What is tried again has no status when it is given up: 429, 502, 503 or 504.
  return name === 'OTLPExporterError' ? 'TRY_LATER' : 'NO_ANSWER'
}

let doubt: string | undefined

/** What was wrong with the answer that comes next as a success. */
const takeDoubt = (): string | undefined => {
  const taken = doubt
  doubt = undefined
  return taken
}

/** It is none of OTLP's, though the SDK will not say so. */
export const doubtAnswer = (): void => {
  doubt = 'NOT_OTLP'
}

/**
 * An answer of 200 is a success to the SDK, which tells its own log, right before, where a part was refused or where it is
 * no answer of OTLP: a website's, for example, at a wrong URL.
 */
export const hearDoubts = (): void => {
  const silent = () => undefined
  const warn = (message: string, told?: unknown) => {
    if (message.startsWith('Received Partial Success') && /"rejected\w+":[1-9]/.test(String(told)))
      doubt = 'PARTIAL_SUCCESS'
    if ([message, told].some((it) => String(it).startsWith('Export succeeded but could not')))
      doubt = 'NOT_OTLP'
  }
  diag.setLogger(
    { error: silent, warn, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  )
}
