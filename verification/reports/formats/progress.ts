import type { WriteStream } from 'node:tty'
import type { Settings } from '../../engine/settings.ts'
import type { Result } from '../../engine/verdict.ts'

/** Where nobody watches a line change, so many lines are enough. */
const STEPS = 4

export interface Progress {
  /** Says at once what keeps checks from a verdict. */
  onObstacles(reasons: readonly string[]): void
  onResult(result: Result, done: number, of: number): void
  /** Leaves a clean line behind. */
  end(): void
}

/** How far a run is: one line that changes on a terminal, a few that stay in a log. */
export const progress = (
  out: Pick<WriteStream, 'write'> & { isTTY?: boolean },
  { target, level }: Settings,
  checks: number,
): Progress => {
  out.write(`Verifying ${target.origin} with ${checks} checks, level ${level}\n`)
  let failures = 0
  let undone = 0
  let step = 0
  let ended = false
  return {
    onObstacles: (reasons) => {
      for (const reason of reasons) out.write(`${reason}\n`)
    },
    onResult: ({ id, verdict }, done, of) => {
      if (verdict === 'FAIL') failures += 1
      if (verdict === 'NOT-RUN') undone += 1
      if (ended) return
      const ran = `${done - undone} of ${of} ran`
      const told = `${ran}${undone > 0 ? `, ${undone} not run` : ''}${failures > 0 ? `, ${failures} failed` : ''}`
      if (out.isTTY) {
        out.write(`\r\u001b[K${told} · ${id}`)
        return
      }
      if (done * STEPS < (step + 1) * of) return
      step = Math.floor((done * STEPS) / of)
      out.write(`  ${told}\n`)
    },
    end: () => {
      if (!ended && out.isTTY) out.write('\r\u001b[K')
      ended = true
    },
  }
}
