import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { hasPgbouncer } from '../../../adapters/postgres/faults/pgbouncer.ts'
import { type Rule, rules } from '../../../adapters/postgres/faults/rules.ts'
import { consistency } from './consistency.ts'
import { durability } from './durability.ts'
import { ruleProcess, type Verdict } from './rule-process.ts'

/**
 * The faults that take too long for the ordinary tests.
 *   (nothing)     the slow rules, the durability run and the consistency run
 *   --plain       every quick rule, on our pool and on the driver's own as it comes: what each of them breaks
 *   --durability  the durability run alone; --seconds=n for another length than 60
 *   --consistency the consistency run alone, --seconds=n as above, after one of some seconds that has to find a loss
 *                 which is planted
 *   --only=A-6    beside --plain: this rule alone
 */
const { values: flags } = parseArgs({
  options: {
    plain: { type: 'boolean', default: false },
    durability: { type: 'boolean', default: false },
    consistency: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '60' },
    only: { type: 'string' },
  },
})
const PLANTED_SECONDS = 5
/** A slow machine does too little in that time for two changes to meet. */
const PLANTED_TRIES = 6
const temporary = mkdtempSync(join(tmpdir(), 'tasks-faults-'))
const say = (line: string) => process.stdout.write(`${line}\n`)
const tally = { passed: 0, failed: 0, skipped: 0 }
const count = (kept: boolean) => {
  tally[kept ? 'passed' : 'failed'] += 1
}

/** These rules without those that cannot be checked on this machine. */
const checkable = (chosen: (rule: Rule) => boolean): Rule[] => {
  const isMissing = ({ needs }: Rule) => needs === 'pgbouncer' && !hasPgbouncer()
  const wanted = rules.filter(chosen)
  for (const { id, title } of wanted.filter(isMissing)) {
    tally.skipped += 1
    say(`skipped  ${id} · ${title}: there is no pgbouncer`)
  }
  return wanted.filter((rule) => !isMissing(rule))
}

const comparePools = async () => {
  const broken: string[] = []
  const line = (name: string, { kept, told }: Verdict) =>
    say(`          ${name} ${kept ? 'kept' : 'BROKEN'}  ${told}`)
  for (const rule of checkable(({ slow, id }) => !slow && (!flags.only || id === flags.only))) {
    const ours = await ruleProcess(rule, 'ours', temporary)
    const plain = await ruleProcess(rule, 'plain', temporary)
    count(ours.kept)
    if (!plain.kept) broken.push(rule.id)
    say(`${rule.id.padEnd(9)} ${rule.title}`)
    line('ours ', ours)
    line('plain', plain)
  }
  say(`\nthe plain pool breaks: ${[...new Set(broken)].join(', ')}`)
}

const slowRules = async () => {
  for (const rule of checkable(({ slow }) => slow === true)) {
    const { kept, told } = await ruleProcess(rule, 'ours', temporary)
    count(kept)
    say(`${kept ? 'passed' : 'FAILED'}   ${rule.id} · ${rule.title}: ${told}`)
  }
}

const seconds = Number(flags.seconds)
const checkConsistency = async () => {
  let found = false
  for (let tries = 0; !found && tries < PLANTED_TRIES; tries += 1)
    found = !(await consistency({ seconds: PLANTED_SECONDS, lossy: true }, say))
  say(`${found ? 'passed' : 'FAILED'}   a planted loss of updates is found`)
  count(found)
  const kept = await consistency({ seconds }, say)
  say(`${kept ? 'passed' : 'FAILED'}   each task did one thing at a time, by way of either replica`)
  count(kept)
}

try {
  if (flags.plain) await comparePools()
  else if (flags.durability) count(await durability(seconds, say))
  else if (flags.consistency) await checkConsistency()
  else {
    await slowRules()
    count(await durability(seconds, say))
    await checkConsistency()
  }
} finally {
  rmSync(temporary, { recursive: true, force: true, maxRetries: 5 })
}
say(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`)
process.exit(tally.failed > 0 ? 1 : 0)
