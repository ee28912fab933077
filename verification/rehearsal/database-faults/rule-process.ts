import { fileURLToPath } from 'node:url'
import { type Rule, rules } from '../../../adapters/postgres/faults/rules.ts'
import { root } from '../../../bootstrap/system/build.ts'
import { program } from '../../../bootstrap/system/program.ts'

const LIMIT_MS = 150_000

export interface Verdict {
  kept: boolean
  /** figures, or what was broken */
  told: string
}

/** Checks a rule in a process of its own, for what breaks it may end or hang the process. */
export const ruleProcess = async (
  rule: Rule,
  pool: 'ours' | 'plain',
  temporary: string,
): Promise<Verdict> => {
  const file = new URL('../../../adapters/postgres/faults/child.ts', import.meta.url)
  const command = ['--import', 'tsx', fileURLToPath(file), String(rules.indexOf(rule)), pool]
  const child = program([process.execPath, ...command], {
    cwd: root,
    env: { ...process.env, TMPDIR: temporary },
    timeoutMs: LIMIT_MS,
  })
  const end = await child.ended().catch(() => undefined)
  await child.kill()
  if (end === undefined) return { kept: false, told: `no end within ${LIMIT_MS / 1_000} s` }
  if (end === 0 || end === 2)
    return { kept: end === 0, told: child.stdout().trim().split('\n').at(-1) ?? '' }
  const errors = child.stderr().split('\n')
  const crash = errors.find((line) => /^\w*(Error|Exception)\b/.test(line))
  return { kept: false, told: `THE PROCESS ENDED: ${crash ?? `exit code ${end}`}` }
}
