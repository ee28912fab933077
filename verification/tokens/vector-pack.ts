/** A token that must be refused, or, as a control, accepted. */
export interface Vector {
  /** the check it belongs to, such as `A-42` */
  check: string
  /** what is wrong with it, as the end of "a token …" */
  name: string
  token: string
  /** `private`: accepted, but for an owner of its own who sees nothing of A or B; `either`: that or refused */
  expect: 'refused' | 'accepted' | 'private' | 'either'
  /** the codes that the refusal may carry; any of 401 where absent */
  codes?: string[]
  /** seconds since the epoch between which it shows what it is for; at any time where absent */
  during?: readonly [from: number, until: number]
  /** one of many of its kind: not tried in every run */
  rare?: true
}

/** A good token, and good tokens of others whose subjects are nearly the same: to them its owner is nobody. */
export interface Neighbourhood {
  token: string
  others: readonly { name: string; token: string; rare?: true }[]
}

/** Tokens made where the key lives, so that the key never travels. Short-lived. */
export interface VectorPack {
  /**
   * `renewed`: another good token of A; `powerful`: one that claims to be an administrator, and B in all but `sub`. Both
   * absent in packs of older versions.
   */
  users: { a: string; b: string; renewed?: string; powerful?: string }
  vectors: Vector[]
  /** absent in packs of older versions */
  neighbourhoods?: readonly Neighbourhood[]
}

/** Longest life of anything in a pack, in seconds. */
export const VECTOR_LIFE_S = 15 * 60

/** @throws Error that completes "VECTORS …" */
export const parseVectorPack = (text: string): VectorPack => {
  try {
    const pack = JSON.parse(text) as VectorPack
    const whole =
      pack.users.a &&
      pack.users.b &&
      pack.vectors.every(({ check, token }) => check && token !== undefined)
    if (whole) return pack
  } catch {
    // Told below, without what the file holds.
  }
  throw new Error('is no vector pack: make one with `npm run mint-vectors`')
}
