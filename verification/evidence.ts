import type { Check } from './check.ts'
import { curlOf } from './curl.ts'
import type { Settings } from './settings.ts'
import type { Result } from './verdict.ts'

/** Why a result is what it is: what was expected and seen, how to see it again, what is likely wrong. */
export const evidenceOf = (check: Check, result: Result, settings: Settings): string => {
  if (result.reason) return result.reason
  const lines = result.findings
    .slice(0, 3)
    .flatMap(({ verdict, expected, observed, exchange }) => [
      `${verdict} expected ${expected}`,
      `  observed ${observed}`,
      ...(exchange ? [`  ${curlOf(exchange, settings)}`] : []),
    ])
  const more = result.findings.length - 3
  if (more > 0) lines.push(`and ${more} more`)
  return [...lines, `likely fix: ${check.fix}`].join('\n')
}
