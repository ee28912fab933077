import type { Transport } from '../engine/http/transport.ts'
import type { Settings } from '../engine/settings.ts'
import { wellFormed } from './formats/markup.ts'

/** What must not be in any report, with the name that stands in its place. */
export interface Secret {
  name: string
  value: string
}

type Env = Readonly<Record<string, string | undefined>>

/** Anything shorter is found in honest text by chance, and is no secret worth the name. */
const SECRET_MIN = 16
const PART_MIN = 20

const variables = ['BETTER_AUTH_SECRET', 'JWT_SECRET', 'AUTH_PRIVATE_JWK', 'DATABASE_URL']

/** Three parts of base64url, the first an object: a JWT, whoever made it, or most of one. */
export const tokenLike = /eyJ[\w-]{8,}(?:\.[\w-]*){1,4}/g
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*-----|$)/g
const userInfo = /(\w:\/\/)[^\s/@"']+:[^\s/@"']+@/g

/** The tokens of both users, every vector, the keys where they are at hand, and whatever was sent as credentials. */
export const secretsOf = (
  { users, vectors }: Pick<Settings, 'users' | 'vectors'>,
  env: Env = process.env,
  transport?: Transport,
): Secret[] => {
  const found: Secret[] = []
  const add = (name: string, value: string | undefined) => {
    const text = value?.trim()
    if (text && text.length >= SECRET_MIN) found.push({ name, value: text })
  }
  add('TOKEN_A', users?.a.token ?? env.TOKEN_A)
  add('TOKEN_B', users?.b.token ?? env.TOKEN_B)
  for (const name of variables) add(name, env[name])
  for (const { token } of vectors?.vectors ?? []) add('FORGED_TOKEN', token)
  for (const { sentHeaders } of transport?.exchanges ?? []) {
    const sent = sentHeaders.find(([name]) => name.toLowerCase() === 'authorization')
    const credentials = sent?.[1].split(/\s+/).at(-1) ?? ''
    if (credentials.includes('.')) add('FORGED_TOKEN', credentials)
  }
  return withParts(found)
}

/** A token lies in its signature: the parts are as secret as the whole, which comes first. */
const withParts = (secrets: readonly Secret[]): Secret[] => {
  const known = new Map<string, string>()
  for (const { name, value } of secrets) if (!known.has(value)) known.set(value, name)
  for (const { name, value } of secrets) {
    if (!/TOKEN/.test(name)) continue
    const [, ...parts] = value.split('.')
    for (const part of parts) if (part.length >= PART_MIN && !known.has(part)) known.set(part, name)
  }
  return [...known]
    .map(([value, name]) => ({ name, value }))
    .sort((one, two) => two.value.length - one.value.length)
}

export type Redact = (text: string) => string

/** Puts names in the place of secrets, and of what only looks like one. */
export const redactor = (secrets: readonly Secret[]): Redact => {
  const spelt = secrets.flatMap(({ name, value }) => {
    const encoded = encodeURIComponent(wellFormed(value))
    return [value, ...(encoded === value ? [] : [encoded])].map((form) => ({ name, form }))
  })
  return (text) => {
    let shown = text
    for (const { name, form } of spelt) shown = shown.replaceAll(form, `$${name}`)
    return shown
      .replaceAll(tokenLike, '$FORGED_TOKEN')
      .replaceAll(privateKey, '(a private key)')
      .replaceAll(userInfo, '$1…@')
  }
}
