import { readFileSync } from 'node:fs'
import type { ClientRequest } from 'node:http'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import type { Env } from '../settings.ts'
import { judged } from './answers.ts'
import { deadlineAgent } from './deadline.ts'
import { doubtAnswer, type TelemetryLog, toldExporter } from './state.ts'

/** The specification's, in milliseconds. */
const TIMEOUT = '10000'

/** The exporters, which read most of the standard variables for themselves; `env` is therefore the process's own. */
export const exporters = (env: Env, log: TelemetryLog) => {
  const [traces, metrics] = [agent(env, 'TRACES'), agent(env, 'METRICS')]
  return {
    traces: toldExporter(new OTLPTraceExporter({ httpAgentOptions: traces }), 'traces', log),
    metrics: toldExporter(new OTLPMetricExporter({ httpAgentOptions: metrics }), 'metrics', log),
  }
}

const agent = (env: Env, signal: 'TRACES' | 'METRICS') => {
  const given = (name: string) =>
    env[`OTEL_EXPORTER_OTLP_${signal}_${name}`] ?? env[`OTEL_EXPORTER_OTLP_${name}`]
  const pem = (name: string) => {
    const path = given(name)
    return path === undefined ? undefined : readFileSync(path)
  }
  const options = {
    deadlineMs: Number(given('TIMEOUT') ?? TIMEOUT),
    onRequest: (request: ClientRequest) => judged(request, doubtAnswer),
    ca: pem('CERTIFICATE'),
    cert: pem('CLIENT_CERTIFICATE'),
    key: pem('CLIENT_KEY'),
  }
  return (protocol: string) => deadlineAgent(protocol, options)
}
