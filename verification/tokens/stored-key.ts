/** A row of Better Auth's table `jwks`, as far as a signer needs it. */
export interface StoredKey {
  /** the `kid` under which the key set publishes the key */
  id: string
  /** a private JWK, or its encrypted form: text that holds JSON in either case */
  privateKey: string
  alg?: string
}

/** A row as `row_to_json` or an ORM writes it; undefined where the text is none. */
export const storedKeyIn = (text: string): StoredKey | undefined => {
  try {
    const { id, privateKey, private_key = privateKey, alg } = JSON.parse(text)
    const isRow = typeof id === 'string' && typeof private_key === 'string'
    return isRow ? { id, privateKey: private_key, ...(alg && { alg }) } : undefined
  } catch {
    return undefined
  }
}

/** Whether it is the content of that column alone, which does not tell the `kid`. */
export const isEncryptedKey = (text: string): boolean =>
  /^"?(\$ba\$\d+\$)?[0-9a-f]{80,}"?$/.test(text)

/**
 * The JWK that the row holds, decrypted by Better Auth's own function where it is encrypted, as it is unless the plugin
 * was told otherwise (better-auth.com/docs/plugins/jwt).
 *
 * @throws Error that says which variable to set, without a value
 */
export const jwkOfStored = async ({ id, privateKey, alg }: StoredKey, secret?: string) => {
  const jwk = JSON.parse(await plain(privateKey, secret))
  return JSON.stringify({ ...jwk, kid: id, ...(alg && { alg }) })
}

const plain = async (privateKey: string, secret: string | undefined): Promise<string> => {
  const stored: unknown = JSON.parse(privateKey)
  if (typeof stored !== 'string') return privateKey
  if (secret === undefined)
    throw new Error(
      'AUTH_PRIVATE_JWK is encrypted: give the BETTER_AUTH_SECRET of that Better Auth too',
    )
  const { symmetricDecrypt } = await import('better-auth/crypto')
  try {
    // Where secrets are rotated what they encrypt names the version of its own.
    return await symmetricDecrypt({ key: secret, data: stored.replace(/^\$ba\$\d+\$/, '') })
  } catch {
    throw new Error(
      'BETTER_AUTH_SECRET does not decrypt AUTH_PRIVATE_JWK: give the secret that Better Auth has',
    )
  }
}
