import { SignJWT } from 'jose'
import { operations } from '../../adapters/http/contract/contract.ts'
import type { Config } from '../config/config.ts'
import { TOKEN_LIFETIME_MS } from './kept.ts'

/** Where the service is, and lines with tokens of two users that can be pasted into a shell: no more than fits a terminal. */
export const introduction = async (
  url: string,
  { auth, http }: Config,
  tokensExpire: Date,
): Promise<string> => {
  const places = [`  Tasks API   ${url}`]
  if (http.docs) places.push(`  Docs        ${url}${operations.docs.path}`)
  // As ALLOWED_ORIGINS of the live suite takes them.
  places.push(`  Origins     ${http.corsOrigins.join(',')}`)
  const isShared = auth.mode === 'shared-secret'
  const until = `until ${tokensExpire.toISOString()}, to be pasted:`
  places.push(`  Tokens      ${isShared ? until : 'of the server of AUTH_JWKS_URL'}`)
  const paragraphs = isShared ? await examples(url, auth, tokensExpire) : []
  return `\n${[places.join('\n'), ...paragraphs].join('\n\n')}\n\n`
}

const examples = async (url: string, auth: SharedSecret, tokensExpire: Date) => {
  const [ada, bob] = [
    await tokenFor('ada', auth, tokensExpire),
    await tokenFor('bob', auth, tokensExpire),
  ]
  return [
    `  API=${url}${operations.listTasks.path} ADA=${ada} BOB=${bob}`,
    '  curl -s $API -H "Authorization: Bearer $ADA"',
  ]
}

type SharedSecret = Extract<Config['auth'], { mode: 'shared-secret' }>

const tokenFor = (owner: string, { secret, issuers, audiences }: SharedSecret, expires: Date) => {
  const token = new SignJWT().setProtectedHeader({ alg: 'HS256' }).setSubject(owner)
  if (issuers?.[0]) token.setIssuer(issuers[0])
  if (audiences?.[0]) token.setAudience(audiences[0])
  return token
    .setIssuedAt(new Date(expires.getTime() - TOKEN_LIFETIME_MS))
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(secret))
}
