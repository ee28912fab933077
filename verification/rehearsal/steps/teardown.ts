import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { removeFolder } from '../context.ts'
import { endProcessesOf, processesOf } from '../processes.ts'
import type { Step } from '../step.ts'

const WORK_TIMEOUT_MS = 10_000

/** Stops and removes everything, and looks whether something is left. `work` is that of an interrupted step. */
export const teardownStep = (work?: Promise<unknown>): Step => ({
  name: 'nothing is left',
  promised: 'no process, no file, no port of all that was started',
  run: async ({ teardown, folder }) => {
    const failures = await teardown.run()
    // A step that was interrupted may have been about to start something.
    await Promise.race([
      Promise.allSettled([work]),
      delay(WORK_TIMEOUT_MS, undefined, { ref: false }),
    ])
    failures.push(...(await teardown.run()))
    const isKnown = processesOf(folder) !== undefined
    const killed = await endProcessesOf(folder)
    removeFolder(folder)
    if (existsSync(folder)) failures.push(`${folder} is still there`)
    const found = [
      ...killed.map(({ name, pid }) => `${name} (${pid}) had to be ended`),
      ...failures,
    ]
    if (found.length > 0) throw new Error(found.join('; '))
    return `${isKnown ? 'no process and ' : 'processes cannot be looked for here; '}no file`
  },
})
