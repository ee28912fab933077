import type { CompactJWSHeaderParameters, CryptoKey } from 'jose'

/**
 * Where verification keys come from, and the algorithms they serve. The two belong together: a caller must
 * not be able to use a key under an algorithm it was not made for (RFC 8725 §3.1).
 */
export interface KeySource {
  readonly algorithms: readonly string[]
  /**
   * The key that the header names. Of `kid`, `jku`, `jwk`, `x5u` and `x5c` only `kid` is read, so that a
   * token cannot bring a key of its own (RFC 8725 §3.10).
   *
   * @throws Fault `authentication_unavailable` where the keys are out of reach; any other error means "no such key"
   */
  keyFor(header: CompactJWSHeaderParameters): Promise<CryptoKey>
  /** Absent where keys never change. */
  readonly editions?: KeyEditions
}

/** The same name may stand for another key tomorrow. */
export interface KeyEditions {
  /** what `keyFor` answers from now; equal only while no key has changed */
  current(): unknown
  /** Looks whether there is a newer edition, as often as whoever publishes them can bear. Never rejects. */
  renew(): Promise<void>
}
