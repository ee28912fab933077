import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import getPort from 'get-port'
import { type Program, program } from '../../../bootstrap/system/program.ts'

/** OpenTelemetry's own collector, of its `contrib` distribution, from the path, or where OTELCOL says. */
const OTELCOL = process.env.OTELCOL ?? 'otelcol-contrib'

/** Why there is no such collector here; undefined where there is one. */
export const otelcolMissing = (): string | undefined => {
  const { stdout } = spawnSync(OTELCOL, ['components'], { encoding: 'utf8' })
  return ['otlp', 'otlp_http', 'prometheus'].every((it) => stdout?.includes(`name: ${it}\n`))
    ? undefined
    : 'there is no otelcol-contrib of 0.144 or later (github.com/open-telemetry/opentelemetry-collector-releases), and OTELCOL names none'
}

const page = readFileSync(new URL('../../../adapters/telemetry/README.md', import.meta.url), 'utf8')
const [, pageConfiguration = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? []

/**
 * The configuration that the page of telemetry tells, with another port.
 *
 * @param to where it sends on what it takes
 */
export const configurationOf = (port: number, to: string): string =>
  pageConfiguration.replace('[::]:4318', `127.0.0.1:${port}`).replace('https://…', to)

export interface Otelcol extends Program {
  port: number
}

/** Starts a collector as the page tells, and waits until it takes something. @throws Error with what it said instead */
export const otelcol = async (
  configuration: (port: number) => string,
  port?: number,
): Promise<Otelcol> => {
  const own = port ?? (await getPort())
  const running = program([OTELCOL, '--config=env:OTELCOL_CONFIG'], {
    cwd: '.',
    env: { OTELCOL_CONFIG: configuration(own) },
  })
  await running.wrote('Everything is ready')
  return { port: own, ...running }
}
