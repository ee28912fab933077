import { createHash } from 'node:crypto'
import { Compile } from 'typebox/compile'
import type { Idempotency } from '../../../application/ports/owned-tasks.ts'
import type { Violation } from '../../../domain/fault.ts'
import { requestHeaders } from '../contract/headers.ts'

const key = Compile(requestHeaders['Idempotency-Key'])

/** What is wrong with an Idempotency-Key as sent. */
export const keyViolations = (header: string | undefined): readonly Violation[] =>
  header === undefined || key.Check(header)
    ? []
    : [{ field: 'Idempotency-Key', message: 'must be 1 to 255 visible ASCII characters' }]

/** The Idempotency-Key of a request and a digest of what else makes it the request it is. */
export const idempotencyOf = (key: string, path: string, body: Buffer): Idempotency => ({
  key,
  fingerprint: createHash('sha256').update(path).update('\n').update(body).digest('base64url'),
})
