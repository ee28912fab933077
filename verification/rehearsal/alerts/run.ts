import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../../../bootstrap/system/build.ts'
import { interruption } from '../interruption.ts'
import { type AlertFault, faults } from './faults.ts'
import { type FaultOutcome, isExact, matrixOf } from './matrix.ts'
import { alertsFired, alertsIn, promtoolMissing, rules } from './promtool.ts'
import { isStarved } from './series.ts'
import { type Stage, stage } from './stage.ts'

const usage = `Plays faults on the built service and evaluates the alert rules over the metrics that it sends meanwhile:
npm run test:alerts [-- --only <pattern of names>]

An export each 250 ms stands for one a minute; the rules are evaluated by Prometheus' own promtool.
Exit codes: 0 each alert fired at its fault and at no other, 1 one did not, 2 not understood,
3 no promtool or no processor time for it, 130 interrupted.`

/** How often a fault is played where something else takes the processor meanwhile. */
const ATTEMPTS_MAX = 3
const [HELD, BROKEN, MISUSED, NOT_DONE, INTERRUPTED] = [0, 1, 2, 3, 130]
const say = (...lines: readonly string[]) => void process.stdout.write(`${lines.join('\n')}\n`)

/** Plays a fault until its alerts were heard over what else the machine did; undefined where they never were. */
const heard = async (
  fault: AlertFault,
  { play }: Stage,
  folder: string,
  signal: AbortSignal,
): Promise<FaultOutcome | undefined> => {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX && !signal.aborted; attempt += 1) {
    const { series, ticks } = await play(fault, fault.run)
    const minutes = ticks + (fault.silentTicks ?? 0)
    const fired = alertsFired(rules, series, minutes, join(folder, `${fault.name}.test.yaml`))
    const isHeld = isExact({ fault, fired })
    const isHeard = isHeld || !isStarved(series)
    const verdict = isHeld ? 'HELD   ' : isHeard ? 'BROKEN ' : 'STARVED'
    say(`${verdict} ${fault.name}, ${minutes} minutes: ${fired.join(', ') || 'nothing'}`)
    if (isHeard) return { fault, fired }
  }
  return undefined
}

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
  let unheard = 0
  try {
    for (const fault of faults.filter(({ name }) => new RegExp(only).test(name))) {
      const outcome = await heard(fault, set, folder, signal)
      if (signal.aborted) return INTERRUPTED
      if (outcome) outcomes.push(outcome)
      else unheard += 1
    }
  } finally {
    await set.close()
  }
  if (outcomes.length > 0) say('', ...matrixOf(alertsIn(rules), outcomes))
  if (!outcomes.every(isExact) || outcomes.length + unheard === 0) return BROKEN
  return unheard > 0 ? NOT_DONE : HELD
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
