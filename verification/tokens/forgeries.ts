import { attackerKeyForgeries } from './forgeries-keys.ts'
import { type Forgery, partsOf } from './forgeries-parts.ts'
import { algorithmForgeries, contentForgeries, secretForgeries } from './forgeries-signature.ts'
import { burdenForgeries, structureForgeries } from './forgeries-structure.ts'

export type { Forgery } from './forgeries-parts.ts'

/** Forged tokens made from two good ones, without any key. Each must be refused. */
export const forgeriesOf = async (a: string, b: string): Promise<Forgery[]> => {
  const seen = { a: partsOf(a), b: partsOf(b) }
  return [
    ...structureForgeries(seen),
    ...contentForgeries(seen),
    ...algorithmForgeries(seen),
    ...secretForgeries(seen),
    ...(await attackerKeyForgeries(seen)),
    ...burdenForgeries(seen),
  ]
}
