import { attackerKeyForgeries } from './keys.ts'
import { type Forgery, partsOf } from './parts.ts'
import { algorithmForgeries, contentForgeries, secretForgeries } from './signature.ts'
import { burdenForgeries, structureForgeries } from './structure.ts'

export type { Forgery } from './parts.ts'

/** Forged tokens made from two good ones, without any key, for a target of this origin. Each must be refused. */
export const forgeriesOf = async (a: string, b: string, target: string): Promise<Forgery[]> => {
  const seen = { a: partsOf(a), b: partsOf(b) }
  return [
    ...structureForgeries(seen),
    ...contentForgeries(seen),
    ...algorithmForgeries(seen),
    ...secretForgeries(seen),
    ...(await attackerKeyForgeries(seen, target)),
    ...burdenForgeries(seen),
  ]
}
