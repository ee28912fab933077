import { fetch } from 'undici'
import type { Check } from '../../engine/check.ts'
import { type CheckContext, TASKS } from '../../engine/check-context.ts'
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
  run: async (context) => {
    const page = await load(context)
    if (!page) return
    const { origins, target } = context.settings
    if (!origins.includes(page.url.origin))
      find(context, 'FAIL', 'a frontend from one of ALLOWED_ORIGINS', page.url.origin)
    const policies = [...policiesOf(page.csp), ...policiesInHtml(page.html)]
    for (const path of [TASKS, `${TASKS}/some-id/complete`]) {
      const url = new URL(path, target)
      const { name, values } = obstacleIn(policies, page.url, url) ?? {}
      if (name === undefined) continue
      const directive = `Content-Security-Policy: ${name} ${values?.join(' ')}`.slice(0, 300)
      return find(context, 'FAIL', `a frontend that may call ${url.href}`, directive)
    }
  },
}

const load = async (context: CheckContext): Promise<Page | undefined> => {
  const { frontend: at } = context.settings
  if (!at) return undefined
  const expected = `a page at ${at.href}`
  try {
    const response = await fetch(at, {
      headers: { Accept: 'text/html' },
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    const html = await response.text()
    const csp = response.headers.get('content-security-policy') ?? ''
    if (response.ok) return { url: new URL(response.url), csp, html }
    find(context, 'INCONCLUSIVE', expected, `status ${response.status}`)
  } catch (error) {
    find(context, 'INCONCLUSIVE', expected, `no answer (${reasonOf(error)})`)
  }
  return undefined
}

const reasonOf = (error: unknown): string => {
  const { name, cause } = error as { name?: string; cause?: { code?: string } }
  return cause?.code ?? name ?? 'unknown reason'
}

/** There is no exchange to show: nothing was asked of the target. */
const find = (
  context: CheckContext,
  verdict: Finding['verdict'],
  expected: string,
  observed: string,
) => void context.findings.push({ verdict, expected, observed })
