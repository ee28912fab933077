/** A package that `npm ci` installs. */
export interface Dependency {
  name: string
  version: string
  licence: string
  /** only what production uses is bundled and shipped */
  production: boolean
  /** named in package.json, not only needed by another */
  direct: boolean
}

interface Entry {
  version?: string
  license?: string
  dev?: boolean
  optional?: boolean
  devOptional?: boolean
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

/** The packages of a lock file, by name and version, each once. */
export const dependenciesIn = (lock: string): Dependency[] => {
  const { packages } = JSON.parse(lock) as { packages: Record<string, Entry> }
  const root = packages[''] ?? {}
  const direct = new Set([
    ...Object.keys(root.dependencies ?? {}),
    ...Object.keys(root.devDependencies ?? {}),
  ])
  const found = new Map<string, Dependency>()
  for (const [path, entry] of Object.entries(packages)) {
    const name = path.split('node_modules/').at(-1) ?? ''
    if (name === '' || entry.version === undefined) continue
    const key = `${name}@${entry.version}`
    const production = !(entry.dev || entry.devOptional)
    found.set(key, {
      name,
      version: entry.version,
      licence: entry.license ?? 'not stated',
      production: production || (found.get(key)?.production ?? false),
      direct: direct.has(name) && path === `node_modules/${name}`,
    })
  }
  return [...found.values()]
}

/** A weakness that the registry knows of. */
export interface Advisory {
  title: string
  severity: string
  url: string
}

/** What `dependencies.json` holds: the answer of the registry on one day. */
export interface Advisories {
  asked: string
  registry: string
  /** why there is no answer */
  refused?: string
  /** by name and version; empty where none is known */
  packages: Readonly<Record<string, readonly Advisory[]>>
}

/** What is known against a package; undefined where nobody could be asked. */
export const advisoriesOf = (
  { name, version }: Dependency,
  known: Advisories | undefined,
): readonly Advisory[] | undefined => known?.packages[`${name}@${version}`]
