import { parseArgs } from 'node:util'
import { allChecks } from '../checks/all.ts'
import { allMutants, faultyMutants, mutantsByGroup } from './mutants/all.ts'
import type { Mutant } from './mutants/mutant.ts'
import { type Proof, prove } from './prove.ts'

/**
 * The proof of the live suite: every mutant must be caught by the checks that claim it, no variant may raise an
 * alarm. `--only accepts-alg-none,cors` for some of them by id or group, `--times 3` to see that no verdict flips.
 */
const { values } = parseArgs({
  options: { only: { type: 'string' }, times: { type: 'string', default: '1' } },
})
const say = (line: string) => process.stdout.write(`${line}\n`)
const groups = Object.entries<readonly Mutant[]>(mutantsByGroup)
const named = (name: string) => {
  const found =
    groups.find(([group]) => group === name)?.[1] ?? allMutants.filter(({ id }) => id === name)
  if (found.length === 0) throw new Error(`no mutant or group is called ${name}`)
  return found
}
const chosen = values.only ? values.only.split(',').flatMap(named) : allMutants

const report = ({ mutant, outcome, failed, inconclusive, ms }: Proof) => {
  const { id, severity, does } = mutant
  const by = failed.slice(0, 6).join(' ')
  const unsure =
    inconclusive.length > 0 ? ` inconclusive: ${inconclusive.slice(0, 6).join(' ')}` : ''
  say(
    `${outcome.padEnd(11)} ${id} ${severity.padEnd(8)} ${does} [${by}]${unsure} ${Math.round(ms)} ms`,
  )
}

const rounds: Proof[][] = []
for (let round = 0; round < Number(values.times); round += 1) {
  const proofs: Proof[] = []
  for (const mutant of chosen) {
    const proof = await prove(mutant)
    proofs.push(proof)
    report(proof)
  }
  rounds.push(proofs)
}

const [first = []] = rounds
const flipped = chosen.filter(
  (_, index) => new Set(rounds.map((round) => round[index]?.outcome)).size > 1,
)
const faulty = first.filter(({ mutant }) => faultyMutants.includes(mutant))
const killed = faulty.filter(({ outcome }) => outcome === 'killed')
const alarms = first.filter(({ outcome }) => outcome === 'false alarm')
say('')
for (const [group, mutants] of groups) {
  const own = faulty.filter(({ mutant }) => mutants.includes(mutant))
  const survived = own
    .filter(({ outcome }) => outcome !== 'killed')
    .map(({ mutant }) => `${mutant.id} (${mutant.severity})`)
  const names = survived.length > 0 ? `, survived: ${survived.join(', ')}` : ''
  if (own.length > 0)
    say(`${group.padEnd(14)} ${own.length - survived.length} of ${own.length} killed${names}`)
}
const grave = faulty.filter(({ mutant }) => /critical|high/.test(mutant.severity))
const graveKilled = grave.filter(({ outcome }) => outcome === 'killed')
const provenChecks = new Set(faulty.flatMap(({ failed }) => failed))
const unproven = allChecks.map(({ id }) => id).filter((id) => !provenChecks.has(id))
const variants = first.length - faulty.length
say(
  `mutants        ${killed.length} of ${faulty.length} killed, ${graveKilled.length} of ${grave.length} critical and high`,
)
say(`variants       ${variants - alarms.length} of ${variants} quiet`)
say(
  `flips          ${flipped.length} in ${rounds.length} rounds ${flipped.map(({ id }) => id).join(' ')}`,
)
if (!values.only) say(`unproven       ${unproven.join(' ') || 'none'}`)
const good =
  graveKilled.length === grave.length &&
  killed.length >= 0.97 * faulty.length &&
  alarms.length === 0 &&
  flipped.length === 0
process.exit(good ? 0 : 1)
