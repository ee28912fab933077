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
      const failed = result.code !== 0
      if (failed !== failing) tell(result.error)
      failing = failed
      done(result)
    })
  const tell = (error: unknown) => {
    if (failing) log.info({ signal }, 'the telemetry endpoint takes what it is sent again')
    else
      log.warn(
        { signal, code: codeOf(error) },
        'the telemetry endpoint does not take what it is sent, which is dropped: see whether OTEL_EXPORTER_OTLP_ENDPOINT and its headers are right',
      )
  }
  return exporter
}

/** A status, or the name of a system's error. */
const codeOf = (error: unknown): string => {
  const { code } = (error ?? {}) as { code?: unknown }
  if (typeof code === 'number') return `HTTP_${code}`
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : 'NO_ANSWER'
}
