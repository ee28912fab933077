import { createHash } from 'node:crypto'
import type { Idempotency } from '../../../application/ports/owned-tasks.ts'
import { Fault } from '../../../domain/fault.ts'

/** The Idempotency-Key of a request and a digest of what else makes it the request it is. */
export const idempotencyOf = (header: string, path: string, body: Buffer): Idempotency => {
  if (!/^[\x21-\x7e]{1,255}$/.test(header)) {
    const message = 'must be 1 to 255 visible ASCII characters'
    throw new Fault('validation_failed', { violations: [{ field: 'Idempotency-Key', message }] })
  }
  const fingerprint = createHash('sha256')
    .update(path)
    .update('\n')
    .update(body)
    .digest('base64url')
  return { key: header, fingerprint }
}
