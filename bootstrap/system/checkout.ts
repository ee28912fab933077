import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import getPort from 'get-port'
import { root } from './build.ts'
import { type Program, program } from './program.ts'
import { until } from './wait.ts'

/** Makes copies of the sources, runs `npm run dev` in them, and clears up in the reverse order. */
export const checkouts = () => {
  const undo: (() => unknown)[] = []

  /** A folder of its own: what a developer keeps lies beside the sources. */
  const checkout = (): string => {
    const directory = mkdtempSync(join(tmpdir(), 'tasks-checkout-'))
    for (const name of ['domain', 'application', 'adapters', 'bootstrap', 'package.json'])
      cpSync(join(root, name), join(directory, name), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'))
    undo.push(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }))
    return directory
  }

  const dev = async (cwd: string, env: NodeJS.ProcessEnv = {}, command = direct) => {
    const port = await getPort()
    const service = program(command, { cwd, env: { PORT: String(port), ...unhurried, ...env } })
    undo.push(async () => {
      await service.kill()
      await postgresGone(cwd)
    })
    return { port, service }
  }

  const clear = async () => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  return { checkout, dev, clear, undo }
}

/** A busy machine is no fault of the service. */
const unhurried = { EVENT_LOOP_DELAY_MAX_MS: '60000' }

const direct = [process.execPath, '--import', 'tsx', 'bootstrap/dev.ts']

/** The process of the embedded server, 0 where none is left. */
export const postgresOf = (directory: string): number => {
  const file = join(directory, '.data/postgres/cluster/data/postmaster.pid')
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0
  try {
    process.kill(pid, 0)
    return pid
  } catch {
    return 0
  }
}

/** Its guard gives it five seconds before it insists. */
export const postgresGone = (directory: string): Promise<boolean> =>
  until(
    () => !postgresOf(directory),
    () => 'the end of the embedded server',
  )

/** The lines to paste, which are printed at once, last. */
export const shellLines = async (service: Program): Promise<string[]> => {
  await service.wrote(/ curl .*\n/)
  return (service.stdout().match(/^ +(API=|curl ).*/gm) ?? []).map((line) => line.trim())
}

/** The tokens that were printed for this owner, one for each start. */
export const tokensOf = (owner: string, service: Program): string[] =>
  [...service.stdout().matchAll(new RegExp(` ${owner.toUpperCase()}=(\\S+)`, 'g'))].map(
    ([, token = '']) => token,
  )
