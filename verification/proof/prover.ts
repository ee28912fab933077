import { forgetAbandoned } from '../engine/attempt.ts'
import { allMutants } from './mutants/all.ts'
import { type ProofOptions, prove } from './prove.ts'

/** Proves what it is asked for by its parent process. */
process.on('message', async ({ id, options }: { id: string; options: ProofOptions }) => {
  const mutant = allMutants.find((it) => it.id === id)
  if (!mutant) throw new Error(`no mutant is called ${id}`)
  process.send?.(await prove(mutant, options))
})

forgetAbandoned()
