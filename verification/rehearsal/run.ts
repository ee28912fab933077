import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../../bootstrap/system/build.ts'
import { type RehearsalOptions, rehearsalContext, removeFolder } from './context.ts'
import { interruption } from './interruption.ts'
import { killProcessesOf } from './processes.ts'
import { introduction, linesOf, summaryOf } from './report.ts'
import { runSteps } from './step.ts'
import { teardownStep } from './steps/teardown.ts'
import { steps } from './steps.ts'

const usage = `Plays a whole deployment on this machine: npm run rehearse [-- options]

--tree <folder>   rehearses the commit of another checkout
--out <folder>    where report.json, the audit and rehearsal.json go; .rehearsal unless given
--without <NAME>  leaves a variable out of every deploy, to see which step says so; may be repeated
Exit codes: 0 all held, 1 something broke, 2 not understood, 3 something was not done, 130 interrupted.`

const [HELD, BROKEN, MISUSED, NOT_DONE, INTERRUPTED] = [0, 1, 2, 3, 130]

/** What is different at the platforms, however well it goes here. */
const notShown =
  'Not shown by any rehearsal: the real edge’s addresses, Neon’s own proxy, public certificates, distance'

const say = (...lines: readonly string[]) => void process.stdout.write(`${lines.join('\n')}\n`)

const optionsOf = (args: string[]): RehearsalOptions | undefined => {
  const { values } = parseArgs({
    args,
    options: {
      tree: { type: 'string', default: root },
      out: { type: 'string', default: join(root, '.rehearsal') },
      without: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  })
  const { help, tree, out, without } = values
  return help ? undefined : { tree: resolve(tree), out: resolve(out), without }
}

const rehearse = async (options: RehearsalOptions): Promise<number> => {
  const start = performance.now()
  let folder: string | undefined
  const signal = interruption(say, () => {
    if (folder) {
      killProcessesOf(folder)
      removeFolder(folder)
    }
    process.exit(INTERRUPTED)
  })
  const context = await rehearsalContext(options)
  folder = context.folder
  say(...introduction(context))

  let work: Promise<unknown> | undefined
  const outcomes = await runSteps(steps, context, {
    signal,
    onOutcome: (outcome, n) => say(linesOf(outcome, n)),
    onWork: (latest) => {
      work = latest
    },
  })
  const last = teardownStep(signal.aborted ? work : undefined)
  const [outcome] = await runSteps([last], context, {
    // An interruption does not end the teardown.
    signal: new AbortController().signal,
    onOutcome: (outcome) => say(linesOf(outcome, outcomes.length + 1)),
  })
  if (outcome) outcomes.push(outcome)

  const { held, lines } = summaryOf(outcomes)
  const seconds = Math.round((performance.now() - start) / 1_000)
  const result = { commit: context.source.commit, seconds, outcomes }
  writeFileSync(join(options.out, 'rehearsal.json'), `${JSON.stringify(result, null, 2)}\n`)
  say('', ...lines, notShown, `${seconds} s; reports in ${options.out}`)
  if (signal.aborted) return INTERRUPTED
  if (held) return HELD
  return outcomes.some(({ verdict }) => verdict === 'broken') ? BROKEN : NOT_DONE
}

try {
  const options = optionsOf(process.argv.slice(2))
  if (options) process.exit(await rehearse(options))
  say(usage)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exit(MISUSED)
}
