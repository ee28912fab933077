import { flawOf } from './variables.ts'

export type Env = Record<string, string | undefined>

/** What the variables come to that the exporters do not read for themselves. */
export interface Settings {
  /** the share of requests that are traced, 0 to 1 */
  share: number
  /** whether a caller that was not sampled is followed in that */
  parentBased: boolean
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
    const value = env[name]?.trim() ?? ''
    const flaw = value === '' ? undefined : flawOf(name, value)
    if (flaw) warn(`${name} ${flaw}; the service runs without it`)
    if (flaw || value === '') delete env[name]
    else env[name] = value
  }
  if (env.OTEL_SDK_DISABLED === 'true' || env.OTEL_EXPORTER_OTLP_ENDPOINT === undefined)
    return undefined
  const sampler = env.OTEL_TRACES_SAMPLER ?? 'parentbased_always_on'
  const ratio = Number(env.OTEL_TRACES_SAMPLER_ARG ?? 1)
  return {
    share: sampler.endsWith('ratio') ? ratio : sampler.endsWith('on') ? 1 : 0,
    parentBased: sampler.startsWith('parentbased_'),
    metricIntervalMs: Number(env.OTEL_METRIC_EXPORT_INTERVAL ?? 60_000),
    spanDelayMs: Number(env.OTEL_BSP_SCHEDULE_DELAY ?? 5_000),
  }
}
