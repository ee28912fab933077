import type { Owner } from '../../domain/owner.ts'

/** Who a bearer token speaks for. */
export interface Identity {
  /**
   * @param token the credentials as sent, without the scheme
   * @throws Fault `token_malformed`, `token_invalid`, `token_expired`, or `keys_unavailable` where the
   * keys that could decide are out of reach
   */
  ownerOf(token: string): Promise<Owner>
}
