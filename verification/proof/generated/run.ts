import { createHash } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { forgetAbandoned } from '../../engine/attempt.ts'
import { codeProving } from './code/code-proving.ts'
import type { GeneratedMutant } from './generated-mutant.ts'
import { isNamed, keysOf } from './named.ts'
import { isOpen, type Judged, needlessLines, openLines, scoreLines } from './score.ts'
import { seenBefore } from './seen-before.ts'
import { sqlProving } from './sql/sql-proving.ts'

const usage = `The live suite against mutants that nobody wrote: npm run verify:mutants [-- options]

--only <texts>   those whose file has one of these in its path, such as domain,adapters/jwt
--sample <n>     so many of those that are not named in named.json, chosen by --seed <text>
--quick          asks only the checks that come across a mutant, never all of them
--workers <n>    how many services run at a time; 2 unless given
--out <file>     a line of JSON for each; what was seen according to lines that it has already is not tried again
Exit codes: 0 every mutant was seen or is named in named.json, 1 some are neither, 2 the suite is not green without.`

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    sample: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: '1' },
    quick: { type: 'boolean', default: false },
    workers: { type: 'string', default: '2' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
const say = (...lines: readonly string[]) => void process.stdout.write(`${lines.join('\n')}\n`)
if (values.help) {
  say(usage)
  process.exit(0)
}

const rank = (mutant: GeneratedMutant): string =>
  createHash('sha256')
    .update([values.seed, mutant.operator, ...keysOf(mutant)].join('\n'))
    .digest('hex')

const start = performance.now()
const provings = [await codeProving(), sqlProving()]
const chosen = provings
  .flatMap((proving) => proving.mutants.map((mutant) => ({ proving, mutant, at: rank(mutant) })))
  .filter(({ mutant }) => values.only.split(',').some((part) => mutant.file.includes(part)))
  .filter(({ mutant }) => values.sample === 'Infinity' || !isNamed(mutant))
  .sort((one, other) => (one.at < other.at ? -1 : 1))
  .slice(0, Number(values.sample))
say(`${chosen.length} mutants`)

const judged: Judged[] = []
const recall = seenBefore(values.out)
const queue = chosen.values()
const worker = async () => {
  for (const { proving, mutant } of queue) {
    const known = recall(mutant)
    if (known) {
      judged.push({ mutant, result: known })
      continue
    }
    const result = await proving.run(mutant, !values.quick && !isNamed(mutant))
    const one = { mutant, result }
    judged.push(one)
    if (values.out) appendFileSync(values.out, `${JSON.stringify(one)}\n`)
    if (isOpen(one)) say(...openLines(one))
  }
}
forgetAbandoned()
/** What is under way is judged, and the rest is left. */
const stop = () => {
  for (const _ of queue);
}
process.once('SIGINT', stop)
process.once('SIGTERM', stop)

let exitCode = 2
try {
  await Promise.all(Array.from({ length: Number(values.workers) }, worker))
  exitCode = judged.some(isOpen) ? 1 : 0
  say(
    ...needlessLines(judged),
    '',
    ...scoreLines(judged),
    `${Math.round((performance.now() - start) / 1000)} s`,
  )
} catch (error) {
  say(error instanceof Error ? error.message : 'the proof itself failed')
} finally {
  await Promise.all(provings.map(({ close }) => close()))
}
process.exit(exitCode)
