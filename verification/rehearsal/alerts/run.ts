import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../../../bootstrap/system/build.ts'
import { interruption } from '../interruption.ts'
import { faults } from './faults.ts'
import { type FaultOutcome, isExact, matrixOf } from './matrix.ts'
import { alertsFired, alertsIn, promtoolMissing, rules } from './promtool.ts'
import { stage } from './stage.ts'

const usage = `Plays faults on the built service and evaluates the alert rules over the metrics that it sends meanwhile:
npm run test:alerts [-- --only <pattern of names>]

An export each 250 ms stands for one a minute; the rules are evaluated by Prometheus' own promtool.
Exit codes: 0 each alert fired at its fault and at no other, 1 one did not, 2 not understood, 3 no promtool, 130 interrupted.`

const [HELD, BROKEN, MISUSED, NOT_DONE, INTERRUPTED] = [0, 1, 2, 3, 130]
const say = (...lines: readonly string[]) => void process.stdout.write(`${lines.join('\n')}\n`)

const testAlerts = async (only: string): Promise<number> => {
  const missing = promtoolMissing()
  if (missing) {
    say(`NOT DONE  ${missing}`)
    return NOT_DONE
  }
  const folder = resolve(root, '.rehearsal/alerts')
  mkdirSync(folder, { recursive: true })
  const signal = interruption(say, () => process.exit(INTERRUPTED))
  const set = await stage()
  const outcomes: FaultOutcome[] = []
  try {
    for (const fault of faults.filter(({ name }) => new RegExp(only).test(name))) {
      if (signal.aborted) return INTERRUPTED
      const { series, ticks } = await set.play(fault, fault.run)
      const minutes = ticks + (fault.silentTicks ?? 0)
      const fired = alertsFired(rules, series, minutes, join(folder, `${fault.name}.test.yaml`))
      outcomes.push({ fault, fired })
      say(
        `${isExact({ fault, fired }) ? 'HELD  ' : 'BROKEN'} ${fault.name}, ${minutes} minutes: ${fired.join(', ') || 'nothing'}`,
      )
    }
  } finally {
    await set.close()
  }
  say('', ...matrixOf(alertsIn(rules), outcomes))
  return outcomes.length > 0 && outcomes.every(isExact) ? HELD : BROKEN
}

try {
  const { values } = parseArgs({
    options: { only: { type: 'string', default: '' }, help: { type: 'boolean', default: false } },
  })
  if (!values.help) process.exit(await testAlerts(values.only))
  say(usage)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exit(MISUSED)
}
