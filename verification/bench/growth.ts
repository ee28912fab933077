import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Goal } from './goals.ts'

const program = fileURLToPath(new URL('../../adapters/postgres/bench/growth.ts', import.meta.url))

/** Runs the bench of the database alone, which prints for itself and tells by its exit code whether its goals held. */
export const measureGrowth = async (atEnd: (task: () => unknown) => void): Promise<Goal> => {
  const child = spawn(process.execPath, ['--import', 'tsx', program], { stdio: 'inherit' })
  atEnd(() => child.kill('SIGTERM'))
  const [code] = await once(child, 'close')
  return {
    promised: 'at most 1.5 × the cost at 5 million rows and for owners of a million',
    seen: code === 0 ? 'everything that must not grow' : 'not everything, see above',
    kept: code === 0,
  }
}
