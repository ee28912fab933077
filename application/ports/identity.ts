import type { Owner } from '../../domain/owner.ts'

/** Finds out who sent a bearer token. */
export interface Identity {
  /**
   * @param token the credentials as sent, without the scheme
   * @throws Fault `token_malformed`, `token_invalid`, `token_expired`, or `authentication_unavailable` where the
   * keys that are needed for the decision cannot be fetched
   */
  ownerOf(token: string): Promise<Owner>
}
