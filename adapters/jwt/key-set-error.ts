/** Why a key set cannot be had: `code` is a word of ours, `HTTP_` and a status, or the name of a system's error. */
export class KeySetError extends Error {
  readonly code: string

  constructor(code: string) {
    super(code)
    this.name = 'KeySetError'
    this.code = code
  }
}

/** The code of what failed, `fetch`'s own wrapping taken off. The message is never passed on: it may hold the answer. */
export const keySetErrorCode = (error: unknown): string => {
  const { code, cause, errors } = (error ?? {}) as Record<string, unknown>
  if (typeof code === 'string' && /^\w{1,64}$/.test(code)) return code
  const inner = cause ?? (Array.isArray(errors) ? errors[0] : undefined)
  return inner === undefined ? 'UNKNOWN' : keySetErrorCode(inner)
}

const remedies: readonly (readonly [RegExp, string])[] = [
  [/^HTTP_3/, 'it redirects and is not followed: set AUTH_JWKS_URL to where it leads'],
  [/^HTTP_40[13]$/, 'it asks for credentials, a key set must be public: open that path'],
  [
    /^HTTP_4/,
    'there is no key set at this path: correct AUTH_JWKS_URL (Better Auth has it at /api/auth/jwks, with its jwt plugin)',
  ],
  [/^HTTP_/, 'the auth server fails: see its log'],
  [
    /^(NOT_A_KEY_SET|TOO_LARGE)$/,
    'what answers is no JWK Set, {"keys": […]}: correct AUTH_JWKS_URL',
  ],
  [/^TIMEOUT|^UND_ERR_.*TIMEOUT/, 'the auth server is silent: see whether it runs'],
  [/^(ENOTFOUND|EAI_|ENODATA)/, 'its host is unknown: correct the host in AUTH_JWKS_URL'],
  [/^ECONNREFUSED$/, 'nothing listens there: correct host and port, or start the auth server'],
  [/^(CERT_|DEPTH_|UNABLE_TO|SELF_SIGNED|ERR_TLS|ERR_SSL|EPROTO)/, 'its certificate or TLS is bad'],
]

/** What a person can do about it, in words that hold no value. */
export const keySetRemedy = (code: string): string =>
  remedies.find(([pattern]) => pattern.test(code))?.[1] ??
  'see whether the auth server runs and AUTH_JWKS_URL is right'
