import type { PassiveCheck } from '../../engine/check.ts'
import type { Finding } from '../../engine/verdict.ts'
import { boastsOf } from './product-names.ts'

const expected = 'no header that names a product'

/** On any answer of the run, whatever its status: error paths are written by other parts of a framework. */
export const boasts: readonly PassiveCheck[] = [
  {
    id: 'X-04',
    promise: 'does not say what it is made with, in any answer',
    severity: 'low',
    requirements: ['FR-006', 'SC-002'],
    record: 'ADR-0016',
    fix: 'switch off X-Powered-By and the Server header of the framework',
    inspect: ({ transport }) => {
      const found = new Map<string, Finding>()
      for (const exchange of transport.exchanges) {
        if (exchange.edge) continue
        const { loud, quiet } = boastsOf(exchange.response)
        const note = (verdict: Finding['verdict'], observed: string) => {
          if (!found.has(observed)) found.set(observed, { verdict, expected, observed, exchange })
        }
        for (const boast of loud) note('FAIL', boast)
        for (const boast of quiet) note('WARN', boast)
      }
      return [...found.values()]
    },
  },
]
