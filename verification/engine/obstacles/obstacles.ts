import type { CheckContext } from '../check-context.ts'
import type { HttpRequest } from '../http/exchange.ts'
import { missingFor } from '../needs.ts'
import { originMisfit } from './origin-fit.ts'
import { reach } from './reach.ts'
import { tokenMisfit } from './token-fit.ts'

/** What keeps checks from a verdict, known before any of them begins: told once, not by each as if code were wrong. */
export interface Obstacles {
  /** why nothing can be said at all */
  target?: string | undefined
  /** why nothing can be said about users */
  users?: string | undefined
  /** why nothing can be said about pages of the allowed origins */
  origins?: string | undefined
  /** why nothing can be said about ill-made tokens */
  keys?: string | undefined
}

export const obstaclesFor = async (context: CheckContext): Promise<Obstacles> => {
  const target = await reach(context)
  if (target) return { target }
  const [users, origins] = await Promise.all([tokenMisfit(context), originMisfit(context)])
  const keys = missingFor('keys', context.settings)
  return { users, origins, keys: keys?.waived ? undefined : keys?.reason }
}

/** The gravest first. */
export const reasonsOf = ({ target, users, origins, keys }: Obstacles): string[] =>
  [target, users, origins, keys].filter((reason) => reason !== undefined)

/** This one check tells, as a failure, that no allowed origin may read. */
const JUDGE_OF_ORIGINS = 'C-01'

export const isFromPage = ({ headers = [] }: HttpRequest): boolean =>
  headers.some(([name]) => name.toLowerCase() === 'origin')

/** Why the answer to a request of a check would prove nothing: whoever does not know the list cannot judge by it. */
export const futility =
  ({ origins }: Obstacles, check: string) =>
  (request: HttpRequest) =>
    isFromPage(request) && check !== JUDGE_OF_ORIGINS ? origins : undefined
