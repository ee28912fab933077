import type { CompactJWSHeaderParameters, CryptoKey } from 'jose'

/**
 * Where verification keys come from. The algorithms travel with the keys, because a key that serves two
 * families of algorithms lets a caller choose between them (RFC 8725 §3.1).
 */
export interface Keys {
  readonly algorithms: readonly string[]
  /**
   * The header may name a key, it never brings one: of `kid`, `jku`, `jwk`, `x5u` and `x5c` only `kid` is
   * ever read (RFC 8725 §3.10).
   *
   * @throws Fault `keys_unavailable` where the keys are out of reach; any other error means "no such key"
   */
  keyFor(header: CompactJWSHeaderParameters): Promise<CryptoKey>
}
