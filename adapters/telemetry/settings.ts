import { flawOf, isWord } from './variables.ts'

export type Env = Record<string, string | undefined>

/** What the variables come to that the exporters do not read for themselves. */
export interface Settings {
  /** the share of requests that are traced, 0 to 1; 0 where traces are not sent */
  share: number
  /** whether a caller that was not sampled is followed in that */
  parentBased: boolean
  /** whether metrics are sent */
  metrics: boolean
  metricIntervalMs: number
  spanDelayMs: number
}

/**
 * Reads the standard variables. One that is wrong is told by `warn` and taken out of `env`, where the exporters would
 * read it; its default counts then. Undefined where nothing is to be sent, or nobody knows where to.
 */
export const telemetrySettings = (
  env: Env,
  warn: (message: string) => void,
): Settings | undefined => {
  for (const name of Object.keys(env).filter((it) => it.startsWith('OTEL_'))) {
    const given = env[name]?.trim() ?? ''
    const value = isWord(name) ? given.toLowerCase() : given
    const flaw = value === '' ? undefined : flawOf(name, value)
    if (flaw) warn(`${name} ${flaw}; the service runs without it`)
    if (flaw || value === '') delete env[name]
    else env[name] = value
  }
  /** Each signal that has an endpoint, unless it is switched off. */
  const isSent = (signal: 'TRACES' | 'METRICS') =>
    env[`OTEL_${signal}_EXPORTER`] !== 'none' &&
    (env.OTEL_EXPORTER_OTLP_ENDPOINT ?? env[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`]) !== undefined
  const [traces, metrics] = [isSent('TRACES'), isSent('METRICS')]
  if (env.OTEL_SDK_DISABLED === 'true' || !(traces || metrics)) return undefined
  const sampler = env.OTEL_TRACES_SAMPLER ?? 'parentbased_always_on'
  const ratio = env.OTEL_TRACES_SAMPLER_ARG
  const byRatio = sampler.endsWith('ratio')
  if (ratio !== undefined && env.OTEL_TRACES_SAMPLER === undefined)
    warn(`OTEL_TRACES_SAMPLER_ARG counts only beside OTEL_TRACES_SAMPLER=parentbased_traceidratio`)
  const share = byRatio ? Number(ratio ?? 1) : sampler.endsWith('on') ? 1 : 0
  return {
    share: traces ? share : 0,
    parentBased: sampler.startsWith('parentbased_'),
    metrics,
    metricIntervalMs: Number(env.OTEL_METRIC_EXPORT_INTERVAL ?? 60_000),
    spanDelayMs: Number(env.OTEL_BSP_SCHEDULE_DELAY ?? 5_000),
  }
}
