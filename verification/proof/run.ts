import { parseArgs } from 'node:util'
import { allChecks } from '../checks/all.ts'
import { allMutants, faultyMutants, mutantsByGroup } from './mutants/all.ts'
import type { Mutant } from './mutants/mutant.ts'
import type { Proof } from './prove.ts'
import { proveAll } from './prove-all.ts'

const usage = `The proof of the live suite: mutants are caught by the checks that claim them, variants raise no alarm: npm run verify:proof [-- options]

--only <names>  some of them, by id or group, such as accepts-alg-none,cors
--whole         runs every check against every mutant, and so tells which checks caught none at all
--times <n>     shows in so many rounds that no verdict flips
--sample <n>    so many of them, spread evenly over the groups
Exit codes: 0 every critical and high mutant was caught, 97 % of all, no variant alarmed and nothing
flipped; 2 a name is unknown; else 1.`

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    whole: { type: 'boolean', default: false },
    times: { type: 'string', default: '1' },
    sample: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
const say = (line: string) => process.stdout.write(`${line}\n`)
if (values.help) {
  say(usage)
  process.exit(0)
}
const groups = Object.entries<readonly Mutant[]>(mutantsByGroup)
const byId = new Map(allMutants.map((mutant) => [mutant.id, mutant]))
const named = (name: string): readonly Mutant[] => {
  const mutant = byId.get(name)
  const found = groups.find(([group]) => group === name)?.[1] ?? (mutant && [mutant])
  if (!found) {
    say(`no mutant or group is called ${name}`)
    process.exit(2)
  }
  return found
}
const asked = values.only ? values.only.split(',').flatMap(named) : allMutants
/** Of every so many the first, so that the same are proved each time. */
const step = Math.max(1, asked.length / Number(values.sample ?? asked.length))
const chosen = asked.filter((_, index) => index % step < 1)

const report = ({ id, outcome, failed, undecided, ms }: Proof) => {
  const { severity = '', does = '' } = byId.get(id) ?? {}
  const by = failed.slice(0, 6).join(' ')
  const unsure =
    outcome !== 'killed' && undecided.length > 0
      ? ` undecided: ${undecided.slice(0, 6).join(' ')}`
      : ''
  say(
    `${outcome.padEnd(11)} ${id} ${severity.padEnd(8)} ${does} [${by}]${unsure} ${Math.round(ms)} ms`,
  )
}

const begun = performance.now()
const rounds: (readonly Proof[])[] = []
for (let round = 0; round < Number(values.times); round += 1)
  rounds.push(await proveAll(chosen, { whole: values.whole }, report))

const [first = []] = rounds
const flipped = chosen.filter(
  (_, index) => new Set(rounds.map((round) => round[index]?.outcome)).size > 1,
)
const outcomes = new Map(first.map(({ id, outcome }) => [id, outcome]))
const isKilled = ({ id }: Mutant) => outcomes.get(id) === 'killed'
const faulty = chosen.filter((mutant) => faultyMutants.includes(mutant))
const killed = faulty.filter(isKilled)
const alarms = first.filter(({ outcome }) => outcome === 'false alarm')
say('')
for (const [group, mutants] of groups) {
  const own = faulty.filter((mutant) => mutants.includes(mutant))
  const survived = own
    .filter((mutant) => !isKilled(mutant))
    .map(({ id, severity }) => `${id} (${severity})`)
  const names = survived.length > 0 ? `, survived: ${survived.join(', ')}` : ''
  if (own.length > 0)
    say(`${group.padEnd(14)} ${own.length - survived.length} of ${own.length} killed${names}`)
}
const grave = faulty.filter(({ severity }) => /critical|high/.test(severity))
const graveKilled = grave.filter(isKilled)
const variants = chosen.length - faulty.length
say(
  `mutants        ${killed.length} of ${faulty.length} killed, ${graveKilled.length} of ${grave.length} critical and high`,
)
say(
  `variants       ${variants - alarms.length} of ${variants} quiet ${alarms.map(({ id }) => id).join(' ')}`,
)
say(
  `flips          ${flipped.length} in ${rounds.length} rounds ${flipped.map(({ id }) => id).join(' ')}`,
)
if (values.whole && chosen.length === allMutants.length) {
  const proven = new Set(
    first.filter(({ outcome }) => outcome === 'killed').flatMap(({ failed }) => failed),
  )
  const unproven = allChecks.map(({ id }) => id).filter((id) => !proven.has(id))
  say(`unproven       ${unproven.join(' ') || 'none'}`)
}
say(`time           ${Math.round((performance.now() - begun) / 1000)} s`)
const good =
  graveKilled.length === grave.length &&
  killed.length >= 0.97 * faulty.length &&
  alarms.length === 0 &&
  flipped.length === 0
process.exit(good ? 0 : 1)
