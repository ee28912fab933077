import type { TelemetryLog } from './export/state.ts'
import { type Env, telemetrySettings } from './settings.ts'
import type { startTelemetry } from './start.ts'

/** What observes the adapters, and sends what it observed. */
export type Telemetry = ReturnType<typeof startTelemetry>

/**
 * Telemetry by OpenTelemetry's standard variables. Undefined without an endpoint: then nothing of the SDK is loaded.
 * It never keeps the service from starting.
 *
 * @param env the process's own variables, which the exporters read too; wrong ones are taken out
 * @param droppedLines of the log, since the start
 */
export const telemetryOf = async (
  env: Env,
  log: TelemetryLog,
  droppedLines = () => 0,
): Promise<Telemetry | undefined> => {
  const settings = telemetrySettings(env, (message) => log.warn({}, message))
  if (settings === undefined) return undefined
  const { startTelemetry } = await import('./start.ts')
  return startTelemetry({ settings, env, log, droppedLines })
}
