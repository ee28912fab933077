import { fetch } from 'undici'
import type { Check } from '../../engine/check.ts'
import { TASKS, type Trial } from '../../engine/check-context.ts'
import type { Finding } from '../../engine/verdict.ts'
import { obstacleIn, policiesInHtml, policiesOf } from './policy.ts'

const PATIENCE_MS = 10_000

interface Page {
  /** where it came from in the end, redirects followed */
  url: URL
  csp: string
  html: string
}

/** The other half of CORS: what the page itself may do is for its own answer to say, not for the service. */
export const frontend: Check = {
  id: 'C-21',
  promise: 'can be reached from the frontend that it is for',
  severity: 'high',
  requirements: ['FR-004', 'US2'],
  record: 'ADR-0012',
  needs: ['frontend'],
  fix: 'add the service to connect-src in the Content-Security-Policy of the frontend, and the origin of the frontend to the allow-list',
  run: async (trial) => {
    const page = await load(trial)
    if (!page) return
    const { origins, target } = trial.settings
    if (!origins.includes(page.url.origin))
      find(trial, 'FAIL', 'a frontend from one of ALLOWED_ORIGINS', page.url.origin)
    const policies = [...policiesOf(page.csp), ...policiesInHtml(page.html)]
    for (const path of [TASKS, `${TASKS}/some-id/complete`]) {
      const url = new URL(path, target)
      const { name, values } = obstacleIn(policies, page.url, url) ?? {}
      if (name === undefined) continue
      const directive = `Content-Security-Policy: ${name} ${values?.join(' ')}`.slice(0, 300)
      return find(trial, 'FAIL', `a frontend that may call ${url.href}`, directive)
    }
  },
}

const load = async (trial: Trial): Promise<Page | undefined> => {
  const { frontend: at } = trial.settings
  if (!at) return undefined
  const expected = `a page at ${at.href}`
  try {
    const answer = await fetch(at, {
      headers: { Accept: 'text/html' },
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    const html = await answer.text()
    const csp = answer.headers.get('content-security-policy') ?? ''
    if (answer.ok) return { url: new URL(answer.url), csp, html }
    find(trial, 'INCONCLUSIVE', expected, `status ${answer.status}`)
  } catch (error) {
    find(trial, 'INCONCLUSIVE', expected, `no answer (${reasonOf(error)})`)
  }
  return undefined
}

const reasonOf = (error: unknown): string => {
  const { name, cause } = error as { name?: string; cause?: { code?: string } }
  return cause?.code ?? name ?? 'unknown reason'
}

/** There is no exchange to show: nothing was asked of the target. */
const find = (trial: Trial, verdict: Finding['verdict'], expected: string, observed: string) =>
  void trial.findings.push({ verdict, expected, observed })
