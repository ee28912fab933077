import { parseArgs } from 'node:util'
import { allChecks } from '../checks/all.ts'
import { allPlants } from './mutants/all.ts'
import { type Proof, prove } from './prove.ts'

/**
 * The proof of the live suite: every fault must be caught by the checks that claim it, no variant may raise an
 * alarm. `--only FA01,B03` for some of them, `--times 3` to see that no verdict flips.
 */
const { values } = parseArgs({
  options: { only: { type: 'string' }, times: { type: 'string', default: '1' } },
})
const only = values.only?.split(',')
const chosen = allPlants.filter(({ id }) => !only || only.some((it) => id.startsWith(it)))
const say = (line: string) => process.stdout.write(`${line}\n`)

const rounds: Proof[][] = []
for (let round = 0; round < Number(values.times); round += 1) {
  const proofs: Proof[] = []
  for (const plant of chosen) {
    const proof = await prove(plant)
    proofs.push(proof)
    const by = proof.failed.slice(0, 6).join(' ')
    const unsure =
      proof.inconclusive.length > 0
        ? ` inconclusive: ${proof.inconclusive.slice(0, 6).join(' ')}`
        : ''
    say(
      `${proof.outcome.padEnd(11)} ${plant.id} ${plant.severity.padEnd(8)} ${plant.does} [${by}]${unsure} ${Math.round(proof.ms)} ms`,
    )
  }
  rounds.push(proofs)
}

const [first = []] = rounds
const flipped = chosen.filter(
  (_, index) => new Set(rounds.map((round) => round[index]?.outcome)).size > 1,
)
const faults = first.filter(({ plant }) => plant.caughtBy.length > 0)
const killed = faults.filter(({ outcome }) => outcome === 'killed')
const alarms = first.filter(({ outcome }) => outcome === 'false alarm')
say('')
for (const group of [...new Set(faults.map(({ plant }) => plant.id.slice(0, 2)))]) {
  const own = faults.filter(({ plant }) => plant.id.startsWith(group))
  const bad = own
    .filter(({ outcome }) => outcome !== 'killed')
    .map(({ plant }) => `${plant.id} (${plant.severity})`)
  say(
    `${group}  ${own.length - bad.length} of ${own.length} killed${bad.length > 0 ? `, survived: ${bad.join(', ')}` : ''}`,
  )
}
const grave = faults.filter(({ plant }) => /critical|high/.test(plant.severity))
const graveKilled = grave.filter(({ outcome }) => outcome === 'killed')
const provenChecks = new Set(faults.flatMap(({ failed }) => failed))
const unproven = allChecks.map(({ id }) => id).filter((id) => !provenChecks.has(id))
say(
  `faults       ${killed.length} of ${faults.length} killed, ${graveKilled.length} of ${grave.length} critical and high`,
)
say(
  `variants     ${first.length - faults.length - alarms.length} of ${first.length - faults.length} quiet`,
)
say(
  `flips        ${flipped.length} in ${rounds.length} rounds ${flipped.map(({ id }) => id).join(' ')}`,
)
if (!only) say(`unproven     ${unproven.join(' ') || 'none'}`)
const good =
  graveKilled.length === grave.length &&
  killed.length >= 0.97 * faults.length &&
  alarms.length === 0 &&
  flipped.length === 0
process.exit(good ? 0 : 1)
