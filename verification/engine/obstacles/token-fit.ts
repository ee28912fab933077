import { type CheckContext, TASKS } from '../check-context.ts'
import { type Exchange, problemIn, summary } from '../http/exchange.ts'
import { claimsIn } from '../users.ts'

/**
 * Why nothing can be said about users: the target does not take their tokens, because they are not made for it
 * or because it takes none at all. Undefined where all is well. Told once instead of by every check.
 */
export const tokenMisfit = async (context: CheckContext): Promise<string | undefined> => {
  const { users, tokensFrom = 'VECTORS' } = context.settings
  if (!users) return undefined
  const asked = await Promise.all(
    (['A', 'B'] as const).map((as) => context.send({ path: `${TASKS}?per_page=1`, as })),
  )
  const refused = asked.filter(isRefused)
  const [first] = refused
  if (!first) return undefined
  const whose = refused.length > 1 ? 'both users' : `user ${first.as}`
  const { code } = problemIn(first)
  if (code === 'token_expired')
    return `the tokens of ${whose} have expired for the target: the clock of one of us is wrong`
  if (code === 'authentication_unavailable')
    return `the target refuses ${whose} (${summary(first)}): it cannot have the key set of its AUTH_JWKS_URL`
  const { iss = 'none', aud = 'none' } = claimsIn(users.a.token)
  return `${tokensFrom} ${/ and /.test(tokensFrom) ? 'do' : 'does'} not fit the target, which refuses ${whose} (${summary(first)}): it has another secret or key, or wants another issuer or audience than theirs (iss ${iss}, aud ${aud}), see AUTH_ISSUER and AUTH_AUDIENCE`
}

/** Whatever else is wrong is for the checks to tell: it need not be the tokens. */
const isRefused = (exchange: Exchange): boolean => {
  const { status, code } = problemIn(exchange)
  return !exchange.edge && (status === 401 || code === 'authentication_unavailable')
}
