import { spawnSync } from 'node:child_process'
import type { Advisories, Advisory, Dependency } from './lock.ts'

interface NpmAudit {
  message?: string
  vulnerabilities?: Record<string, { via: (string | Advisory)[]; nodes: string[] }>
}

/** Asks the registry by npm's own command what it knows against the packages of the lock file. */
export const askRegistry = (root: string, dependencies: readonly Dependency[]): Advisories => {
  const npm = (...args: string[]) => spawnSync('npm', args, { cwd: root, encoding: 'utf8' }).stdout
  const registry = npm('config', 'get', 'registry').trim() || 'the registry'
  const asked = new Date().toISOString()
  return { asked, registry, ...answerIn(npm('audit', '--json'), dependencies) }
}

/** Every package that was asked about is in the answer; without one, none is. */
export const answerIn = (
  output: string,
  dependencies: readonly Dependency[],
): Pick<Advisories, 'refused' | 'packages'> => {
  const { message, vulnerabilities } = parsed(output)
  if (!vulnerabilities)
    return { refused: message?.split(' - ')[0] ?? 'it could not be reached', packages: {} }
  const packages: Record<string, Advisory[]> = {}
  for (const { name, version } of dependencies) {
    // By name, which may blame a copy of another version; better one warning too many.
    const via = vulnerabilities[name]?.via ?? []
    packages[`${name}@${version}`] = via
      .filter((it) => typeof it !== 'string')
      .map(({ title, severity, url }) => ({ title, severity, url }))
  }
  return { packages }
}

const parsed = (output: string): NpmAudit => {
  try {
    return JSON.parse(output) as NpmAudit
  } catch {
    return {}
  }
}
