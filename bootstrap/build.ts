import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build } from 'esbuild'

const root = new URL('../', import.meta.url)
const entries = ['main', 'migrate', 'owner'].map((name) =>
  fileURLToPath(new URL(`bootstrap/${name}.ts`, root)),
)
/** What was bundled from CommonJS still asks for Node's own modules by `require`, which no ES module has. */
const banner = `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url)`

/** How a program becomes one file that needs no package. */
export const bundling = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  legalComments: 'none',
  logLevel: 'warning',
  banner: { js: banner },
} satisfies BuildOptions

/**
 * The programs of production with everything they need in them. Split, so that what an entry loads after its
 * check of the Node version is a file of its own, which an old Node never comes to parse. The folder must
 * lie one level below the project: `migrate` looks for its SQL files from there.
 */
export const buildInto = async (outdir: string): Promise<void> => {
  removeOldPieces(outdir)
  await build({
    ...bundling,
    entryPoints: entries,
    outdir,
    splitting: true,
  })
}

/** The names of split files change with their content; nothing else lies in the folder of a build. */
const removeOldPieces = (outdir: string): void => {
  try {
    for (const name of readdirSync(outdir)) if (name.endsWith('.js')) rmSync(join(outdir, name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await buildInto(process.argv[2] ?? fileURLToPath(new URL('dist', root)))
