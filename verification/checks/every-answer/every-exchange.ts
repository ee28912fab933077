import type { PassiveCheck, Traffic } from '../../engine/check.ts'
import { isFromParser } from '../../engine/http/edge.ts'
import type { Exchange } from '../../engine/http/exchange.ts'
import type { Finding } from '../../engine/verdict.ts'
import { FINDINGS_MAX } from './passive.ts'

interface Spec extends Omit<PassiveCheck, 'inspect'> {
  expected: string
  /** what is wrong with it, undefined where nothing is */
  flaw: (exchange: Exchange, traffic: Traffic) => string | undefined
}

/** A check of something that must hold for every answer of the run. */
export const everyExchange = ({ expected, flaw, ...about }: Spec): PassiveCheck => ({
  ...about,
  inspect: (traffic) => {
    const found: Finding[] = []
    for (const exchange of traffic.transport.exchanges) {
      if (!exchange.response || exchange.edge) continue
      const observed = flaw(exchange, traffic)
      if (observed) found.push({ verdict: 'FAIL', expected, observed, exchange })
      if (found.length === FINDINGS_MAX) break
    }
    return found
  },
})

/** The same, of what the application answers: a parser that may refuse a request speaks for itself. */
export const everyApplicationExchange = (spec: Spec): PassiveCheck =>
  everyExchange({
    ...spec,
    flaw: (exchange, traffic) =>
      isFromParser(exchange) ? undefined : spec.flaw(exchange, traffic),
  })
