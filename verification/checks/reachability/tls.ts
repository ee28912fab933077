import { checksOf } from '../../engine/check.ts'
import { type CheckContext, NotInProduction } from '../../engine/check-context.ts'
import { headerOf } from '../../engine/http/exchange.ts'
import type { Finding } from '../../engine/verdict.ts'
import { healthIn, nowhere, plainHealth } from '../health/exchanges.ts'
import { shake, unencrypted } from './handshake.ts'

const DAY_MS = 86_400_000
/**
 * Platforms renew 30 days ahead, or where certificates live shorter when a third of that is left: whoever is closer than
 * this to the end has a renewal that fails.
 */
const [DAYS_MIN, SHARE_MIN] = [14, 1 / 4]
const YEAR_S = 31_536_000

const common = { record: 'ADR-0004', requirements: ['US1'], needs: ['tls'] } as const

/** What these look at lies below HTTP: a sentence is all the evidence there is. */
const note = (
  context: CheckContext,
  verdict: Finding['verdict'],
  expected: string,
  observed: string,
) => context.findings.push({ verdict, expected, observed })

export const tls = checksOf(common, {
  'R-02': {
    promise: 'speaks TLS 1.2 or later and refuses what is older',
    severity: 'high',
    fix: 'raise the lowest TLS version where TLS ends: the edge, a proxy or a CDN',
    run: async (context) => {
      const { target } = context.settings
      const [modern, old] = await Promise.all([
        shake(target, { min: 'TLSv1.2' }),
        shake(target, { min: 'TLSv1', max: 'TLSv1.1' }),
      ])
      if (modern.refused) note(context, 'FAIL', 'a handshake with TLS 1.2 or 1.3', modern.refused)
      if (old.protocol)
        note(context, 'FAIL', 'TLS 1.1 to be refused', `${old.protocol} was agreed on`)
      else if (/NO_PROTOCOLS|NO_CIPHERS|INVALID_PROTOCOL|unable/.test(old.refused ?? ''))
        note(context, 'INCONCLUSIVE', 'TLS 1.1 to be offered', `this Node cannot: ${old.refused}`)
    },
  },
  'R-03': {
    promise: 'shows a certificate that holds for its name and for two weeks at least',
    severity: 'critical',
    fix: 'see why the certificate was not renewed: DNS of the domain, or its record at the edge',
    run: async (context) => {
      const { refused, certificate } = await shake(context.settings.target)
      if (refused) return void note(context, 'FAIL', 'a certificate that Node trusts', refused)
      const { valid_from = '', valid_to = '' } = certificate ?? {}
      const [from, until] = [Date.parse(valid_from), Date.parse(valid_to)]
      const days = (until - Date.now()) / DAY_MS
      const due = Math.min(DAYS_MIN, (SHARE_MIN * (until - from)) / DAY_MS)
      if (!(days >= due))
        note(context, 'WARN', `at least ${Math.ceil(due)} days left`, `${Math.floor(days)} days`)
    },
  },
  'R-04': {
    promise: 'serves nothing without TLS',
    severity: 'high',
    fix: 'let the edge redirect http:// or close port 80',
    run: async (context) => {
      const { hostname } = context.settings.target
      const { status, location } = await unencrypted(hostname)
      const seen = `GET http://${hostname}/health gave ${status}`
      if (!status) return
      if (status < 300) note(context, 'FAIL', 'a redirect to https or a refusal', seen)
      if (status < 300 || status >= 400) return
      const to = URL.canParse(location ?? '') ? new URL(location ?? '') : undefined
      if (to?.protocol !== 'https:' || to.hostname !== hostname)
        note(context, 'FAIL', `a redirect to https://${hostname}`, `${seen} to ${location}`)
    },
  },
  'R-05': {
    needs: [],
    promise: 'in production, tells browsers for a year to come over TLS only',
    severity: 'high',
    fix: 'send Strict-Transport-Security on every answer; see that the service knows that it is in production',
    run: async (context) => {
      const first = await plainHealth(context)
      const { environment } = healthIn(first)
      if (environment !== 'production') throw new NotInProduction(environment)
      for (const exchange of [first, await nowhere(context)]) {
        const value = headerOf(exchange.response, 'strict-transport-security') ?? ''
        const seconds = Number(/max-age="?(\d+)/i.exec(value)?.[1] ?? -1)
        context.expect(
          seconds >= YEAR_S && /includesubdomains/i.test(value),
          exchange,
          `Strict-Transport-Security with max-age ${YEAR_S} or more and includeSubDomains`,
          value || 'it is missing',
        )
      }
    },
  },
})
