import { createHmac } from 'node:crypto'
import type { Owner } from '../../domain/owner.ts'

/** 128 bits: enough that no two owners share one. */
const HEX_DIGITS = 32

/**
 * What names an owner in the log: who has the key can compute it from a subject, nobody can undo it
 * (HMAC, RFC 2104, by SHA-256).
 */
export const ownerName =
  (key: string) =>
  (owner: Owner): string =>
    createHmac('sha256', key).update(owner).digest('hex').slice(0, HEX_DIGITS)
