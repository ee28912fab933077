import {
  attributes,
  baseUrl,
  certificate,
  headers,
  line,
  milliseconds,
  oneOf,
  privateKey,
  rareMilliseconds,
  share,
  url,
} from './values.ts'

/** A variable of OpenTelemetry that is read; `flaw` says what is wrong with a value, without the value. */
export interface TelemetryVariable {
  doc: string
  name: string
  /** absent where it is none */
  secret?: true
  /** what counts where it is absent */
  otherwise?: string
  flaw(value: string): string | undefined
}

/** Those that a person sets (opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables). */
export const variables: readonly TelemetryVariable[] = [
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    doc: 'Where metrics and traces are sent, by OTLP over HTTP: `http://collector:4318`. Without it nothing is measured.',
    flaw: baseUrl,
  },
  {
    secret: true,
    name: 'OTEL_EXPORTER_OTLP_HEADERS',
    doc: 'What that endpoint asks for: `name=value,name=value`, values percent-encoded.',
    flaw: headers,
  },
  {
    name: 'OTEL_SERVICE_NAME',
    doc: 'The service’s name in metrics and traces.',
    otherwise: 'Railway’s, else `task-ownership-api`',
    flaw: line,
  },
  {
    name: 'OTEL_RESOURCE_ATTRIBUTES',
    doc: 'More that metrics and traces say of this process: `name=value,name=value`.',
    flaw: attributes,
  },
  {
    name: 'OTEL_TRACES_SAMPLER',
    doc: 'Which requests are traced. What a caller has sampled counts for no more than the same share.',
    otherwise: '`parentbased_always_on`',
    flaw: oneOf(
      ...['always_on', 'always_off', 'traceidratio', 'parentbased_always_on'],
      ...['parentbased_always_off', 'parentbased_traceidratio'],
    ),
  },
  {
    name: 'OTEL_TRACES_SAMPLER_ARG',
    doc: 'The share that samplers with `ratio` in their name take, from 0 to 1.',
    otherwise: '`1`',
    flaw: share,
  },
  {
    name: 'OTEL_METRIC_EXPORT_INTERVAL',
    doc: 'Milliseconds between two exports of metrics.',
    otherwise: '`60000`',
    flaw: rareMilliseconds,
  },
  {
    name: 'OTEL_SDK_DISABLED',
    doc: '`true` measures nothing, whatever else is set.',
    otherwise: '`false`',
    flaw: oneOf('true', 'false'),
  },
]

/** Those that count besides, for one signal or for an endpoint of one's own. */
const others: readonly (readonly [RegExp, (value: string) => string | undefined])[] = [
  [/^OTEL_EXPORTER_OTLP_(TRACES|METRICS)_ENDPOINT$/, url],
  [/^OTEL_EXPORTER_OTLP_(TRACES|METRICS)_HEADERS$/, headers],
  [/^OTEL_EXPORTER_OTLP_((TRACES|METRICS)_)?TIMEOUT$/, milliseconds],
  [/^OTEL_EXPORTER_OTLP_((TRACES|METRICS)_)?COMPRESSION$/, oneOf('none', 'gzip')],
  [/^OTEL_EXPORTER_OTLP_((TRACES|METRICS)_)?PROTOCOL$/, oneOf('http/protobuf')],
  [/^OTEL_EXPORTER_OTLP_((TRACES|METRICS)_)?(CLIENT_)?CERTIFICATE$/, certificate],
  [/^OTEL_EXPORTER_OTLP_((TRACES|METRICS)_)?CLIENT_KEY$/, privateKey],
  [
    /^OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE$/,
    oneOf('cumulative', 'delta', 'lowmemory'),
  ],
  [/^OTEL_BSP_SCHEDULE_DELAY$/, milliseconds],
  [/^OTEL_(TRACES|METRICS)_EXPORTER$/, oneOf('otlp', 'none')],
  [/^OTEL_LOGS_EXPORTER$/, oneOf('none')],
]

/** Words count in any case (opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables). */
export const isWord = (name: string): boolean =>
  /_(SAMPLER|DISABLED|PROTOCOL|COMPRESSION|TEMPORALITY_PREFERENCE|EXPORTER)$/.test(name)

/** What is wrong with a variable whose name begins with `OTEL_`; a text that completes "<name> …". */
export const flawOf = (name: string, value: string): string | undefined => {
  const known = variables.find((it) => it.name === name)?.flaw
  const flaw = known ?? others.find(([pattern]) => pattern.test(name))?.[1]
  return flaw
    ? flaw(value)
    : 'is not read here: see adapters/telemetry/README.md for those that are'
}
