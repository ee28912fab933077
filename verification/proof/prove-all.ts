import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Mutant } from './mutants/mutant.ts'
import type { Proof, ProofOptions } from './prove.ts'

/** Suite and service share one process; more of them than cores would make fail what is bound in time. */
const PROCESSES = 2
const prover = fileURLToPath(new URL('./prover.ts', import.meta.url))

/** Proves mutants, a few at a time, and tells of each as it is done; the proofs come in the order of the mutants. */
export const proveAll = async (
  mutants: readonly Mutant[],
  options: ProofOptions,
  onProof: (proof: Proof) => void,
): Promise<readonly Proof[]> => {
  const proofs: Proof[] = []
  const left = mutants.entries()
  const work = async () => {
    const child = fork(prover)
    try {
      for (const [index, { id }] of left) {
        const proof = await proofBy(child, { id, options })
        proofs[index] = proof
        onProof(proof)
      }
    } finally {
      child.kill()
    }
  }
  await Promise.all(Array.from({ length: Math.min(PROCESSES, mutants.length) }, work))
  return proofs
}

const proofBy = (child: ChildProcess, asked: { id: string; options: ProofOptions }) =>
  new Promise<Proof>((resolve, reject) => {
    const fail = () => reject(new Error(`the proof of ${asked.id} ended before its time`))
    child.once('exit', fail)
    child.once('message', (proof) => {
      child.off('exit', fail)
      resolve(proof as Proof)
    })
    child.send(asked)
  })
