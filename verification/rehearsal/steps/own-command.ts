import { root } from '../../../bootstrap/system/build.ts'
import type { RehearsalContext } from '../context.ts'
import { outputOf } from '../output.ts'

const TIMEOUT_MS = 120_000

/** Runs one of this checkout's programs in the sandbox, where it finds the same hosts. */
export const ownCommand = async (
  { sandbox, caFile }: RehearsalContext,
  command: string,
  env: NodeJS.ProcessEnv = {},
) => {
  const running = sandbox.run(`node --import tsx ${command}`, {
    cwd: root,
    env: { NODE_EXTRA_CA_CERTS: caFile, ...env },
    timeoutMs: TIMEOUT_MS,
  })
  const code = await running.ended()
  return { code, text: outputOf(running) }
}
