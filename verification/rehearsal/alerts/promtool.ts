import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse, stringify } from 'yaml'
import type { Recording } from './series.ts'

export const rules = fileURLToPath(
  new URL('../../../adapters/telemetry/observability/alerts.yaml', import.meta.url),
)

/** Prometheus' own evaluation of rules, from its package, or where PROMTOOL says. */
const PROMTOOL = process.env.PROMTOOL ?? 'promtool'

/** Why rules cannot be evaluated here; undefined where they can. */
export const promtoolMissing = (): string | undefined =>
  spawnSync(PROMTOOL, ['--version']).status === 0
    ? undefined
    : 'promtool is not installed (apt-get install prometheus), and PROMTOOL names none'

/** What promtool has against rules; empty where nothing. */
export const complaintsAbout = (rules: string): string => {
  const { status, stdout, stderr } = spawnSync(PROMTOOL, ['check', 'rules', rules], {
    encoding: 'utf8',
  })
  return status === 0 ? '' : (stdout + stderr).trim()
}

/** What fires at any time until then, each once. */
const FIRED = 'group by (alertname) (count_over_time(ALERTS{alertstate="firing"}[6h]))'

/**
 * The alerts that fire over a recording, with a minute between two of its ticks. promtool compares with what is expected
 * and tells only differences, so nothing is expected.
 *
 * @param minutes how long the rules are evaluated, from the first tick on
 * @param file where the recording is kept, as a unit test of promtool
 * @throws Error with what promtool said where it could not evaluate
 */
export const alertsFired = (
  rules: string,
  series: Recording,
  minutes: number,
  file: string,
): string[] => {
  const named = readFileSync(rules, 'utf8')
  const input = [...series].filter(([name]) => named.includes(name.replace(/\{.*/, '')))
  const test = {
    interval: '1m',
    input_series: input.map(([name, values]) => ({ series: name, values: valuesOf(values) })),
    promql_expr_test: [{ expr: FIRED, eval_time: `${minutes}m`, exp_samples: [] }],
  }
  writeFileSync(
    file,
    stringify({ rule_files: [rules], evaluation_interval: '1m', tests: [test] }, { lineWidth: 0 }),
  )
  const { status, stdout, stderr } = spawnSync(PROMTOOL, ['test', 'rules', file], {
    encoding: 'utf8',
  })
  const said = stdout + stderr
  const got = /got: (.*)/.exec(said)?.[1]
  if (status !== 0 && got === undefined) throw new Error(said.trim())
  return [...(got ?? '').matchAll(/alertname="(\w+)"/g)].map(([, name = '']) => name).sort()
}

const valuesOf = (values: readonly (number | undefined)[]): string =>
  Array.from(values, (value) => value ?? '_').join(' ')

/** The names of the alerts in a file of rules. */
export const alertsIn = (rules: string): string[] => {
  const { groups } = parse(readFileSync(rules, 'utf8')) as {
    groups: { rules: { alert?: string }[] }[]
  }
  return groups.flatMap(({ rules }) => rules.flatMap(({ alert = [] }) => alert))
}
