import { readFileSync } from 'node:fs'

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

const url = (value: string) =>
  /^https?:\/\/[^\s"']+$/.test(value) && URL.canParse(value)
    ? undefined
    : 'is no URL: write http://host:4318 or https://host, without quotes'

/** Names are tokens (RFC 9110 §5.6.2), values visible ASCII once they are decoded. */
const headers = (value: string) =>
  value.split(',').every((pair) => /^\s*[\w!#$%&'*+.^`|~-]+=[ -~]*$/.test(decoded(pair) ?? '\n'))
    ? undefined
    : 'is no list of headers: write name=value,name=value in one line, values percent-encoded'

const attributes = (value: string) =>
  value.split(',').every((pair) => /^[^=]+=[^=]*$/.test(pair) && decoded(pair) !== undefined)
    ? undefined
    : 'is no list of attributes: write name=value,name=value, with , and = inside percent-encoded'

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

const oneOf =
  (...words: string[]) =>
  (value: string) =>
    words.includes(value) ? undefined : `must be one of ${words.join(', ')}`

const milliseconds = (value: string) =>
  /^[1-9]\d{0,7}$/.test(value) ? undefined : 'must be a whole number of milliseconds, 1 or more'

const share = (value: string) =>
  /^(0(\.\d+)?|1(\.0+)?)$/.test(value) ? undefined : 'must be a share from 0 to 1, for example 0.1'

const line = (value: string) =>
  /^[ -~]{1,255}$/.test(value) ? undefined : 'must be one line of at most 255 characters'

const file = (value: string) => {
  try {
    readFileSync(value)
    return undefined
  } catch {
    return 'names no file that can be read'
  }
}

/** Those that a person sets (opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables). */
export const variables: readonly TelemetryVariable[] = [
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    doc: 'Where metrics and traces are sent, by OTLP over HTTP: `http://collector:4318`. Without it nothing is measured.',
    flaw: url,
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
    flaw: milliseconds,
  },
  {
    name: 'OTEL_SDK_DISABLED',
    doc: '`true` measures nothing, whatever else is set.',
    otherwise: '`false`',
    flaw: oneOf('true', 'false'),
  },
]

/** Those that the exporters read besides, for one signal or for an endpoint of one's own. */
const others: readonly (readonly [RegExp, (value: string) => string | undefined])[] = [
  [/^OTEL_EXPORTER_OTLP_(TRACES|METRICS)_ENDPOINT$/, url],
  [/^OTEL_EXPORTER_OTLP_(TRACES|METRICS)_HEADERS$/, headers],
  [/^OTEL_EXPORTER_OTLP_((TRACES|METRICS)_)?TIMEOUT$/, milliseconds],
  [/^OTEL_EXPORTER_OTLP_((TRACES|METRICS)_)?COMPRESSION$/, oneOf('none', 'gzip')],
  [/^OTEL_EXPORTER_OTLP_((TRACES|METRICS)_)?PROTOCOL$/, oneOf('http/protobuf')],
  [/^OTEL_EXPORTER_OTLP_((TRACES|METRICS)_)?(CLIENT_)?(CERTIFICATE|KEY)$/, file],
  [
    /^OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE$/,
    oneOf('cumulative', 'delta', 'lowmemory'),
  ],
  [/^OTEL_BSP_SCHEDULE_DELAY$/, milliseconds],
]

/** What is wrong with a variable whose name begins with `OTEL_`; a text that completes "<name> …". */
export const flawOf = (name: string, value: string): string | undefined => {
  const known = variables.find((it) => it.name === name)?.flaw
  const flaw = known ?? others.find(([pattern]) => pattern.test(name))?.[1]
  return flaw
    ? flaw(value)
    : 'is not read here: see adapters/telemetry/README.md for those that are'
}
