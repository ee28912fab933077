import { SignJWT } from 'jose'
import { operations } from '../../adapters/http/contract/contract.ts'
import type { Config } from '../config/config.ts'
import { TOKEN_LIFETIME_MS } from './kept.ts'

/** Where the service is, tokens of two users, and lines that can be pasted into a shell. */
export const introduction = async (
  url: string,
  { auth, http }: Config,
  tokensExpire: Date,
): Promise<string> => {
  const places = [`  Tasks API   ${url}`]
  if (http.docs) places.push(`  Docs        ${url}${operations.docs.path}`)
  // As ALLOWED_ORIGINS of the live suite takes them.
  places.push(`  Origins     ${http.corsOrigins.join(',')}`)
  const paragraphs =
    auth.mode === 'jwks'
      ? ['  Tokens come from the server of AUTH_JWKS_URL.']
      : await examples(url, auth, tokensExpire)
  return `\n${[places.join('\n'), ...paragraphs].join('\n\n')}\n\n`
}

const examples = async (url: string, auth: SharedSecret, tokensExpire: Date) => {
  const [ada, bob] = [
    await tokenFor('ada', auth, tokensExpire),
    await tokenFor('bob', auth, tokensExpire),
  ]
  const tasks = `${url}${operations.listTasks.path} -H 'Authorization: Bearer ${ada}'`
  // Not --json: curl knows it since 7.82 only.
  const body = `-H 'Content-Type: application/json' -d '{"title":"Try it out"}'`
  return [
    `  Tokens until ${tokensExpire.toISOString()}`,
    `  ada  ${ada}`,
    `  bob  ${bob}`,
    `  curl -s ${url}${operations.health.path}`,
    `  curl -s ${tasks} ${body}`,
    `  curl -s ${tasks}`,
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
