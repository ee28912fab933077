import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type RehearsalOptions, removeFolder, type Stage, stageOf } from './stage.ts'
import { lineOf, type Outcome, play, summaryOf } from './step.ts'
import { steps } from './steps.ts'
import { endNow, goneFrom, processesOf } from './undo.ts'

const usage = `Plays a whole deployment on this machine: npm run rehearse [-- options]

--tree <folder>   rehearses the commit of another checkout
--out <folder>    where report.json, the audit and rehearsal.json go; .rehearsal unless given
--without <NAME>  leaves a variable out of every deploy, to see which step says so; may be repeated
Exit codes: 0 all held, 1 something broke, 2 not understood, 3 something was not done, 130 interrupted.`

const [HELD, BROKEN, MISUSED, UNDONE, INTERRUPTED] = [0, 1, 2, 3, 130]
/** npm passes on the Ctrl-C that the terminal has sent to us already; a person is slower than that. */
const ECHO_MS = 500
const LAST_WORK_MS = 10_000

const root = fileURLToPath(new URL('../..', import.meta.url))
const say = (...lines: readonly string[]) => void process.stdout.write(`${lines.join('\n')}\n`)

const optionsOf = (args: readonly string[]): RehearsalOptions | undefined => {
  const { values } = parseArgs({
    args: [...args],
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

/** What a person should know before anything else is claimed. */
const introduce = ({ source, options, container }: Stage): void => {
  const { commit, uncommitted, tree } = source
  say(
    commit ? `Rehearsing commit ${commit.slice(0, 12)}` : `Rehearsing the files of ${tree}`,
    nodeOf(tree),
    ...(uncommitted > 0 ? [`The tree is dirty: ${uncommitted} changes are not rehearsed`] : []),
    ...(container.missing ? [`No namespaces: ${container.missing}`] : []),
    ...options.without.map((name) => `${name} is left out on purpose`),
    '',
  )
}

/** What is another thing at the platforms, however well it goes here. */
const beyond =
  'Not shown by any rehearsal: the real edge’s addresses, Neon’s own proxy, public certificates, distance'

const nodeOf = (tree: string): string => {
  const file = join(tree, '.node-version')
  const wanted = existsSync(file) ? readFileSync(file, 'utf8').trim() : process.versions.node
  return wanted === process.versions.node
    ? `Node ${wanted}`
    : `Node ${process.versions.node}, although a deploy takes ${wanted}`
}

/** Takes everything back, and looks whether that is true. */
const leave = async ({ undo, folder }: Stage, work?: Promise<unknown>): Promise<Outcome> => {
  const begun = performance.now()
  const failures = await undo.all()
  // A step that was interrupted may have been about to start something.
  await Promise.race([Promise.allSettled([work]), delay(LAST_WORK_MS, undefined, { ref: false })])
  failures.push(...(await undo.all()))
  const known = processesOf(folder) !== undefined
  const left = (await goneFrom(folder)).map(({ name, pid }) => `${name} (${pid}) had to be ended`)
  removeFolder(folder)
  if (existsSync(folder)) failures.push(`${folder} is still there`)
  const wrong = [...left, ...failures]
  return {
    name: 'nothing is left',
    promised: 'no process, no file, no port of all that was started',
    verdict: wrong.length > 0 ? 'broken' : 'held',
    seen:
      wrong.join('; ') ||
      `${known ? 'no process and ' : 'processes cannot be looked for here; '}no file`,
    seconds: (performance.now() - begun) / 1_000,
  }
}

/** Ends a rehearsal early, in good order; asked twice by a person, at once. */
const interruption = (folder: () => string | undefined) => {
  const abort = new AbortController()
  let since: number | undefined
  const begin = (line: string) => {
    since = performance.now()
    say('', line)
    abort.abort()
  }
  const stop = () => {
    if (since === undefined)
      return begin('interrupted: taking everything back first; once more ends at once')
    if (performance.now() - since < ECHO_MS) return
    const own = folder()
    for (const { pid } of own ? (processesOf(own) ?? []) : []) endNow(pid)
    if (own) removeFolder(own)
    process.exit(INTERRUPTED)
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop)
  // Nobody reads any more: what was started has to go all the same.
  process.stdout.on('error', () => abort.abort())
  for (const name of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(name, (error) => begin(`the rehearsal itself failed: ${(error as Error)?.stack}`))
  return abort.signal
}

const rehearse = async (options: RehearsalOptions): Promise<number> => {
  const begun = performance.now()
  let folder: string | undefined
  const signal = interruption(() => folder)
  const stage = await stageOf(options)
  folder = stage.folder
  introduce(stage)
  let work: Promise<unknown> | undefined
  const outcomes = await play(steps, stage, {
    signal,
    onOutcome: (outcome, n) => say(lineOf(outcome, n)),
    onWork: (latest) => {
      work = latest
    },
  })
  outcomes.push(await leave(stage, signal.aborted ? work : undefined))
  const last = outcomes.at(-1)
  if (last) say(lineOf(last, outcomes.length))
  const { held, lines } = summaryOf(outcomes)
  const seconds = Math.round((performance.now() - begun) / 1_000)
  const result = { commit: stage.source.commit, seconds, outcomes }
  writeFileSync(join(options.out, 'rehearsal.json'), `${JSON.stringify(result, null, 2)}\n`)
  say('', ...lines, beyond, `${seconds} s; reports in ${options.out}`)
  if (signal.aborted) return INTERRUPTED
  if (held) return HELD
  return outcomes.some(({ verdict }) => verdict === 'broken') ? BROKEN : UNDONE
}

try {
  const options = optionsOf(process.argv.slice(2))
  if (options) process.exit(await rehearse(options))
  say(usage)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exit(MISUSED)
}
