import type { Check } from '../engine/check.ts'
import type { Settings } from '../engine/settings.ts'
import type { Result } from '../engine/verdict.ts'
import { curlOf } from './curl.ts'
import { redactor, secretsOf } from './redact.ts'
import { scriptOf } from './script.ts'

const FINDINGS_MAX = 3

/** Why a result is what it is: what was expected and seen, how to see it again, what is likely wrong. */
export const evidenceOf = (check: Check, result: Result, settings: Settings): string => {
  const redact = redactor(secretsOf(settings))
  if (result.reason) return redact(result.reason)
  const lines = result.findings
    .slice(0, FINDINGS_MAX)
    .flatMap(({ verdict, expected, observed, exchange, story }) => [
      `${verdict} expected ${redact(expected)}`,
      `  observed ${redact(observed)}`,
      ...(story ? [scriptOf(story, settings, redact)] : []),
      ...(exchange && !story ? [`  ${curlOf(exchange, settings, redact)}`] : []),
    ])
  const more = result.findings.length - FINDINGS_MAX
  if (more > 0) lines.push(`and ${more} more`)
  return [...lines, `likely fix: ${check.fix}`].join('\n')
}
