import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Exchange } from '../engine/http/exchange.ts'
import type { Redact } from './redact.ts'

/** What the target says about itself in `/health`. */
export const targetProvenance = (exchanges: readonly Exchange[], redact: Redact) => {
  for (const { response, edge, request } of exchanges) {
    if (request.path !== '/health' || edge || typeof response?.json !== 'object') continue
    const { release, environment } = (response.json ?? {}) as Record<string, unknown>
    const text = (value: unknown) => (typeof value === 'string' ? redact(value).slice(0, 80) : null)
    return { release: text(release), environment: text(environment) }
  }
  return { release: null, environment: null }
}

/** Which suite on which Node: it has the version of the project. */
export const suiteProvenance = () => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const { version } = JSON.parse(text) as { version: string }
  return { version, commit: commit(), node: process.version }
}

/** Where there is no git, as in an image, there is no commit to tell. */
const commit = (): string | null => {
  try {
    const text = execFileSync('git', ['rev-parse', 'HEAD'], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 2_000,
    })
    return text.trim() || null
  } catch {
    return null
  }
}
