import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { sharedSecretToken } from '../../bootstrap/system/issuer.ts'
import { SECRET } from '../../bootstrap/system/service-process.ts'
import { type Comparison, medianOf, medianRatio } from './compare.ts'
import { type Goal, goal } from './goals.ts'
import { OWNER } from './loads.ts'
import { startService, type Target } from './targets.ts'

/**
 * An endpoint that takes whatever it is sent, in a process of its own. It shares the processor with the service, which it
 * would not in a deployment: a tenth traced costs it 0.2 µs a request. Within the process that makes the load it would
 * also hold that up.
 */
const endpoint = async (atEnd: (task: () => unknown) => void): Promise<string> => {
  const receiver = fork(fileURLToPath(new URL('receiver.ts', import.meta.url)))
  atEnd(() => receiver.kill())
  const [port] = await once(receiver, 'message')
  return `http://127.0.0.1:${port}`
}

/** The service without telemetry, once more as a measure of the noise, with metrics alone, and with a tenth traced. */
export const observedTargets = async (
  cwd: string,
  databaseUrl: string,
  atEnd: (task: () => unknown) => void,
): Promise<Target[]> => {
  const on = {
    OTEL_EXPORTER_OTLP_ENDPOINT: await endpoint(atEnd),
    OTEL_TRACES_SAMPLER: 'traceidratio',
  }
  const headers = { authorization: `Bearer ${await sharedSecretToken(SECRET, OWNER)}` }
  const target = async (name: string, env: NodeJS.ProcessEnv = {}): Promise<Target> => {
    const process = await startService(cwd, databaseUrl, env)
    return { name, url: `http://127.0.0.1:${process.port}`, headers, process }
  }
  return [
    await target('off'),
    await target('off again'),
    await target('metrics', { ...on, OTEL_TRACES_SAMPLER_ARG: '0' }),
    await target('a tenth traced', { ...on, OTEL_TRACES_SAMPLER_ARG: '0.1' }),
  ]
}

/** What telemetry may cost, with a tenth of the requests traced. */
export const telemetryGoalsOf = (comparisons: readonly Comparison[]): Goal[] =>
  comparisons.flatMap((one) => {
    const at = `${one.load} at ${one.connections}, a tenth traced`
    const ratio = medianRatio(one, 'a tenth traced', 'off')
    const more = medianOf(one, 'a tenth traced', 'memoryMb') - medianOf(one, 'off', 'memoryMb')
    return [
      ...goal(`${at}: at least 0.92 × without telemetry`, ratio, '×', ratio >= 0.92),
      ...goal(`${at}: at most 30 MB more`, more, 'MB', more <= 30),
    ]
  })
