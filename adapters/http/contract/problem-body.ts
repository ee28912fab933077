import type { Static } from 'typebox'
import type { Violation } from '../../../domain/fault.ts'
import { type ProblemCode, problems, titles } from './problems.ts'
import type { Problem } from './schemas.ts'
import { wireName } from './wire-names.ts'

/** The body of a problem (RFC 9457); `errors` are there where violations are. */
export const problemBody = (
  code: ProblemCode,
  requestId: string,
  violations: readonly Violation[] = [],
): Static<typeof Problem> => ({
  type: 'about:blank',
  title: titles[problems[code].status],
  status: problems[code].status,
  detail: problems[code].detail,
  code,
  request_id: requestId,
  ...(violations.length > 0 && {
    errors: violations.map(({ field, message }) => ({ field: wireName(field), message })),
  }),
})
