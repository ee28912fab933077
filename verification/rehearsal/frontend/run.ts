import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../../../bootstrap/system/build.ts'
import { interruption } from '../interruption.ts'
import { linesOf, summaryOf } from '../report.ts'
import { runSteps } from '../step.ts'
import { packages } from './next-app.ts'
import { stage } from './stage.ts'
import { frontendSteps } from './steps.ts'

const versions = Object.entries(packages)
  .map(([name, version]) => `${name} ${version}`)
  .join(', ')

const usage = `Tries a Next.js frontend with the client in Chromium: npm run verify:frontend [-- --out <folder>]

Installs ${versions} (365 MB) from the npm registry
into a temporary folder, which is removed. Pictures go to .rehearsal/frontend unless --out says otherwise.
Exit codes: 0 all held, 1 something broke, 2 not understood, 3 something was not done, 130 interrupted.`

const [HELD, BROKEN, MISUSED, NOT_DONE, INTERRUPTED] = [0, 1, 2, 3, 130]
const say = (...lines: readonly string[]) => void process.stdout.write(`${lines.join('\n')}\n`)

const optionsOf = (args: string[]): string | undefined => {
  const { values } = parseArgs({
    args,
    options: {
      out: { type: 'string', default: join(root, '.rehearsal/frontend') },
      help: { type: 'boolean', default: false },
    },
  })
  return values.help ? undefined : resolve(values.out)
}

const verifyFrontend = async (out: string): Promise<number> => {
  const set = await stage(out)
  const signal = interruption(say, () => process.exit(INTERRUPTED))
  say(`With ${versions}`, '')
  const outcomes = await runSteps(frontendSteps, set, {
    signal,
    onOutcome: (outcome, n) => say(linesOf(outcome, n)),
  })
  for (const step of set.undo.splice(0).reverse())
    await Promise.resolve(step()).catch((error: Error) => say(`not taken back: ${error.message}`))
  const { held, lines } = summaryOf(outcomes)
  writeFileSync(join(out, 'frontend.json'), `${JSON.stringify({ packages, outcomes }, null, 2)}\n`)
  say('', ...lines, `pictures in ${out}`)
  if (signal.aborted) return INTERRUPTED
  if (held) return HELD
  return outcomes.some(({ verdict }) => verdict === 'broken') ? BROKEN : NOT_DONE
}

try {
  const out = optionsOf(process.argv.slice(2))
  if (out) process.exit(await verifyFrontend(out))
  say(usage)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exit(MISUSED)
}
