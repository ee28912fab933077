import { type CheckContext, TASKS } from './check-context.ts'
import { type Exchange, problemIn, summary } from './http/exchange.ts'

/**
 * Why nothing can be said about users: the target does not take their tokens, because they are not made for it
 * or because it takes none at all. Undefined where all is well. Told once instead of by every check.
 */
export const tokenMisfit = async (context: CheckContext): Promise<string | undefined> => {
  if (!context.settings.users) return undefined
  const [a, b] = await Promise.all(
    (['A', 'B'] as const).map((as) => context.send({ path: `${TASKS}?per_page=1`, as })),
  )
  return (a && misfit(a)) ?? (b && misfit(b))
}

const misfit = (exchange: Exchange): string | undefined => {
  const { edge, as } = exchange
  const { status, code } = problemIn(exchange)
  if (status === 200 && !edge) return undefined
  if (code === 'token_expired')
    return `the token of user ${as} has expired for the target: the clock of one of us is wrong`
  if (status === 401)
    return `the token of user ${as} was refused (${summary(exchange)}): the secret, the tokens, AUTH_ISSUER or AUTH_AUDIENCE do not match the target`
  // Whatever else is wrong is for the checks to tell: it need not be the tokens.
  return undefined
}
