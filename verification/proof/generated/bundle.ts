import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BuildOptions, build } from 'esbuild'
import { bundling } from '../../../bootstrap/build.ts'
import { root } from '../../../bootstrap/system/build.ts'

export interface Bundle {
  directory: string
  /** the program, in the directory */
  program: string
  remove(): void
}

/** A program of the project in one file, with other sources in place of its own. */
export const bundle = async (
  entry: string,
  sources: ReadonlyMap<string, string>,
  options: Pick<BuildOptions, 'packages'> = {},
): Promise<Bundle> => {
  const directory = mkdtempSync(join(tmpdir(), 'tasks-mutants-'))
  // Where the documentation page looks for what it shows.
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'))
  const program = join(directory, 'program.mjs')
  await build({
    ...bundling,
    ...options,
    entryPoints: [join(root, entry)],
    outfile: program,
    plugins: [
      {
        name: 'mutants',
        setup: ({ onLoad }) =>
          onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const source = sources.get(path)
            return source === undefined ? undefined : { contents: unhurried(source), loader: 'ts' }
          }),
      },
    ],
  })
  return {
    directory,
    program,
    remove: () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }),
  }
}

/** A machine that is busy with mutants would make the service turn requests away. */
const unhurried = (source: string): string =>
  source.replace(/(?<=const EVENT_LOOP_DELAY_MAX_MS = )\d+/, '60_000')
