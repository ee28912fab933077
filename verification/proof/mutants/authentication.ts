import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import type { Identity } from '../../../application/ports/identity.ts'
import { Fault } from '../../../domain/fault.ts'
import type { Owner } from '../../../domain/owner.ts'
import { changing, field, type ProxyRequest, rewriting, withBody, withField } from '../proxy.ts'
import { stageEnv } from '../stage.ts'
import {
  alsoBelieving,
  believed,
  claimsHold,
  impersonation,
  macOf,
  type Parts,
  partsOf,
  refusingWith,
} from '../tokens.ts'
import { plants } from './mutant.ts'

const A = ['A']
const secret = stageEnv.BETTER_AUTH_SECRET
const weak = [
  'secret',
  'password',
  'changeme',
  'your-256-bit-secret',
  'test',
  'dev',
  'key',
  'jwt_secret',
]

/** Forgets some claims of a token that is signed rightly. */
const forgetting = (...claims: string[]) =>
  alsoBelieving(
    (parts) =>
      parts.signed &&
      parts.header.alg === 'HS256' &&
      !('crit' in parts.header) &&
      claimsHold(parts, claims),
  )

const macs = (key: string) => (parts: Parts) =>
  parts.raw.length === 3 && parts.raw[2] === macOf(key, parts.raw, String(parts.header.alg))

const signedBy = (jwk: unknown, { raw }: Parts): boolean => {
  try {
    const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
    const data = Buffer.from(`${raw[0]}.${raw[1]}`)
    const signature = Buffer.from(raw[2] ?? '', 'base64url')
    const algorithm = key.asymmetricKeyType === 'ed25519' ? null : 'sha256'
    return verify(
      algorithm,
      data,
      key.asymmetricKeyType === 'ec' ? { key, dsaEncoding: 'ieee-p1363' } : key,
      signature,
    )
  } catch {
    return false
  }
}

/** Turns whatever else carries a token into the header that counts. */
const tokenFrom = (find: (request: ProxyRequest) => string | undefined) =>
  rewriting((request) => {
    const token = field(request.headers, 'authorization') ? undefined : find(request)
    return token
      ? { ...request, headers: withField(request.headers, 'Authorization', `Bearer ${token}`) }
      : request
  })

const parameter = (path: string, names: RegExp): string | undefined =>
  [...new URLSearchParams(path.split('?')[1] ?? '')].find(([name]) => names.test(name))?.[1]

const authorizations = (request: ProxyRequest) =>
  request.headers.filter(([name]) => /^authorization$/i.test(name))

/** Remembers whom a token spoke for, under a key that says too little about the token. */
const cachedBy =
  (keyOf: (parts: Parts) => string, hit?: (parts: Parts) => Owner) =>
  (real: Identity): Identity => {
    const known = new Map<string, Owner>()
    return {
      ownerOf: async (token) => {
        const parts = partsOf(token)
        const kept = known.get(keyOf(parts))
        if (kept) return hit?.(parts) ?? kept
        const owner = await real.ownerOf(token)
        known.set(keyOf(parts), owner)
        return owner
      },
    }
  }

const lockingAfter =
  (max: number) =>
  (real: Identity): Identity => {
    let bad = 0
    return {
      ownerOf: async (token) => {
        const owner = await real.ownerOf(token).catch((error: unknown) => {
          bad += 1
          throw error
        })
        if (bad > max) throw new Fault('token_invalid')
        return owner
      },
    }
  }

export const authenticationFaults = plants('FA', [
  [
    'critical',
    'decodes tokens and never verifies them',
    A,
    { identity: alsoBelieving((it) => it.payload.sub !== undefined && it.raw.length === 3) },
  ],
  [
    'critical',
    'accepts alg none',
    A,
    { identity: alsoBelieving(({ header, raw }) => header.alg === 'none' && raw[2] === '') },
  ],
  [
    'critical',
    'accepts alg none in any case',
    A,
    { identity: alsoBelieving(({ header }) => String(header.alg).toLowerCase() === 'none') },
  ],
  ['critical', 'verifies with an empty secret too', A, { identity: alsoBelieving(macs('')) }],
  [
    'critical',
    'verifies with a well-known secret too',
    A,
    { identity: alsoBelieving((it) => weak.some((key) => macs(key)(it))) },
  ],
  [
    'critical',
    'verifies tokens with an unknown kid with an empty key',
    A,
    { identity: alsoBelieving((it) => 'kid' in it.header && macs('')(it)) },
  ],
  [
    'critical',
    'trusts a key embedded in the header',
    A,
    {
      identity: alsoBelieving(
        (it) =>
          it.header.jwk !== undefined &&
          (signedBy(it.header.jwk, it) ||
            macs(
              Buffer.from(String((it.header.jwk as { k?: string }).k ?? ''), 'base64url').toString(
                'latin1',
              ),
            )(it)),
      ),
    },
  ],
  [
    'critical',
    'fetches keys from a jku of the token',
    A,
    {
      identity: alsoBelieving((it) => {
        const data = /^data:[^,]*;base64,(.+)$/.exec(String(it.header.jku))?.[1]
        if (!data) return false
        const { keys = [] } = JSON.parse(Buffer.from(data, 'base64').toString())
        return keys.some((key: unknown) => signedBy(key, it))
      }),
    },
  ],
  [
    'critical',
    'compares only the beginning of the signature',
    A,
    {
      identity: alsoBelieving(
        (it) =>
          it.raw.length === 3 &&
          (it.raw[2] ?? '') !== '' &&
          macOf(secret, it.raw).startsWith((it.raw[2] ?? '').slice(0, 10)),
      ),
    },
  ],
  [
    'critical',
    'accepts an empty signature',
    A,
    { identity: alsoBelieving((it) => it.raw.length === 3 && it.raw[2] === '') },
  ],
  [
    'critical',
    'accepts tokens of two parts',
    A,
    {
      identity: alsoBelieving((it) => it.raw.length === 2),
      front: rewriting((request) => request),
    },
  ],
  ['critical', 'never looks at exp', A, { identity: forgetting('exp') }],
  [
    'critical',
    'takes exp 0 for "never"',
    A,
    { identity: alsoBelieving((it) => it.signed && it.payload.exp === 0) },
  ],
  [
    'high',
    'accepts tokens without exp',
    A,
    {
      identity: alsoBelieving(
        (it) => it.signed && it.payload.exp === undefined && claimsHold(it, ['exp']),
      ),
    },
  ],
  [
    'high',
    'is a day late about exp',
    A,
    {
      identity: alsoBelieving(
        (it) =>
          it.signed &&
          Number(it.payload.exp) > Date.now() / 1000 - 86_400 &&
          claimsHold(it, ['exp']),
      ),
    },
  ],
  [
    'high',
    'is ten minutes late about exp',
    A,
    {
      identity: alsoBelieving(
        (it) =>
          it.signed && Number(it.payload.exp) > Date.now() / 1000 - 600 && claimsHold(it, ['exp']),
      ),
    },
  ],
  [
    'high',
    'accepts exp as text',
    A,
    {
      identity: alsoBelieving(
        (it) =>
          it.signed &&
          typeof it.payload.exp === 'string' &&
          Number(it.payload.exp) > 0 &&
          claimsHold(it, ['exp']),
      ),
    },
  ],
  [
    'high',
    'accepts an infinite exp',
    A,
    {
      identity: alsoBelieving(
        (it) => it.signed && it.payload.exp === Number.POSITIVE_INFINITY && claimsHold(it, ['exp']),
      ),
    },
  ],
  ['high', 'ignores nbf', A, { identity: forgetting('nbf') }],
  ['medium', 'ignores an iat in the future', A, { identity: forgetting('iat') }],
  ['high', 'ignores the issuer', A, { identity: forgetting('iss') }],
  [
    'high',
    'compares the issuer by its beginning',
    A,
    {
      identity: alsoBelieving(
        (it) =>
          it.signed &&
          String(it.payload.iss).startsWith(stageEnv.AUTH_ISSUER) &&
          claimsHold(it, ['iss']),
      ),
    },
  ],
  ['high', 'ignores the audience', A, { identity: forgetting('aud') }],
  [
    'high',
    'looks for the audience within a text',
    A,
    {
      identity: alsoBelieving(
        (it) =>
          it.signed &&
          String(it.payload.aud).includes(stageEnv.AUTH_AUDIENCE) &&
          claimsHold(it, ['aud']),
      ),
    },
  ],
  ['critical', 'takes a missing sub for somebody', A, { identity: forgetting('sub') }],
  [
    'high',
    'accepts a sub that is a number',
    A,
    {
      identity: alsoBelieving(
        (it) => it.signed && typeof it.payload.sub === 'number' && claimsHold(it, ['sub']),
      ),
    },
  ],
  [
    'critical',
    'folds the case of sub',
    ['A', 'I'],
    {
      identity: (real) => ({
        ownerOf: async (token) => (await real.ownerOf(token)).toLowerCase() as Owner,
      }),
    },
  ],
  [
    'critical',
    'trims sub',
    ['A', 'I'],
    {
      identity: (real) => ({
        ownerOf: async (token) => (await real.ownerOf(token)).trim() as Owner,
      }),
    },
  ],
  [
    'high',
    'ignores crit',
    A,
    { identity: alsoBelieving((it) => it.signed && 'crit' in it.header && claimsHold(it, [])) },
  ],
  [
    'high',
    'accepts HS384 and HS512 as well',
    A,
    {
      identity: alsoBelieving(
        (it) => it.signed && /^HS(384|512)$/.test(String(it.header.alg)) && claimsHold(it, []),
      ),
    },
  ],
  [
    'medium',
    'accepts any scheme',
    A,
    {
      front: rewriting((request) => ({
        ...request,
        headers: request.headers.map(([name, value]) => [
          name,
          /^authorization$/i.test(name) ? value.replace(/^\w+ /, 'Bearer ') : value,
        ]),
      })),
    },
  ],
  [
    'medium',
    'accepts a bare token',
    A,
    {
      front: rewriting((request) => ({
        ...request,
        headers: request.headers.map(([name, value]) => [
          name,
          /^authorization$/i.test(name) && /^ey[^ ]+$/.test(value) ? `Bearer ${value}` : value,
        ]),
      })),
    },
  ],
  [
    'high',
    'accepts a token in the query',
    A,
    { front: tokenFrom(({ path }) => parameter(path, /token|jwt|auth/)) },
  ],
  [
    'high',
    'accepts a token in a cookie',
    A,
    {
      front: tokenFrom(
        ({ headers }) =>
          /(?:token|jwt|session)=([^;\s]+)/.exec(field(headers, 'cookie') ?? '')?.[1],
      ),
    },
  ],
  [
    'high',
    'accepts a token in another header',
    A,
    {
      front: tokenFrom(({ headers }) =>
        headers
          .find(([name]) =>
            /^x-(access|auth)-token$|^x-authorization$|^proxy-authorization$/i.test(name),
          )?.[1]
          .replace(/^Bearer /i, ''),
      ),
    },
  ],
  [
    'high',
    'lets the last of two Authorization headers win',
    A,
    {
      front: rewriting((request) => {
        const all = authorizations(request)
        return all.length < 2
          ? request
          : { ...request, headers: withField(request.headers, 'Authorization', all.at(-1)?.[1]) }
      }),
    },
  ],
  [
    'critical',
    'believes a header that names the user',
    A,
    {
      identity: impersonation.identity,
      front: rewriting((request) =>
        impersonation.as(
          request,
          request.headers.find(([name]) =>
            /^x-(user-id|user|forwarded-user|remote-user|authenticated-user|auth-request-user)$/i.test(
              name,
            ),
          )?.[1],
        ),
      ),
    },
  ],
  [
    'medium',
    'answers 401 without WWW-Authenticate',
    A,
    {
      front: changing((answer) =>
        answer.status === 401
          ? { ...answer, headers: withField(answer.headers, 'WWW-Authenticate') }
          : answer,
      ),
    },
  ],
  [
    'medium',
    'answers 403 where a token is missing',
    A,
    {
      front: changing((answer, { headers }) =>
        answer.status === 401 && !field(headers, 'authorization')
          ? { ...answer, status: 403 }
          : answer,
      ),
    },
  ],
  [
    'medium',
    'says "expired" before it has looked at the signature',
    A,
    {
      identity: refusingWith((parts, real) =>
        Number(parts.payload.exp) < Date.now() / 1000 ? new Fault('token_expired') : real,
      ),
    },
  ],
  [
    'high',
    'fails on malformed tokens',
    ['A', 'G'],
    {
      identity: refusingWith((parts, real) =>
        parts.payload.sub === undefined ? new TypeError('boom') : real,
      ),
    },
  ],
  [
    'critical',
    'lets paths with a trailing slash pass without a token',
    A,
    {
      front: () => async (request, pass) => {
        const open =
          /tasks\/$/.test(request.path.split('?')[0] ?? '') &&
          !field(request.headers, 'authorization')
        const answer = await pass(request)
        return open && answer.status === 401
          ? withBody(
              {
                ...answer,
                status: 200,
                headers: withField(answer.headers, 'Content-Type', 'application/json'),
              },
              { tasks: [], total: 0, page: 1, per_page: 20 },
            )
          : answer
      },
    },
  ],
  [
    'critical',
    'lets HEAD pass without a token',
    A,
    {
      front: changing((answer, { method, headers }) =>
        method === 'HEAD' && answer.status === 401 && !field(headers, 'authorization')
          ? { ...answer, status: 200 }
          : answer,
      ),
    },
  ],
  [
    'critical',
    'caches verified tokens by their claims',
    A,
    { identity: cachedBy(({ payload }) => JSON.stringify([payload.sub, payload.exp])) },
  ],
  [
    'medium',
    'locks everybody out for a while after ten bad tokens',
    ['A', 'I', 'D'],
    { identity: lockingAfter(10) },
  ],
  [
    'medium',
    'sends the token back in the error',
    ['G', 'A'],
    {
      front: changing((answer, { headers }) =>
        answer.status === 401 && (field(headers, 'authorization') ?? '').length > 60
          ? withBody(answer, {
              ...JSON.parse(answer.body.toString()),
              detail: `bad token ${field(headers, 'authorization')}`,
            })
          : answer,
      ),
    },
  ],
  [
    'critical',
    'verifies the signature of one token over the content of another',
    A,
    { identity: cachedBy(({ raw }) => raw[2] ?? '', believed) },
  ],
  [
    'low',
    'refuses the scheme in lower case',
    A,
    {
      front: changing((answer, { headers }) =>
        answer.status < 400 && /^(?!Bearer )\w+ /.test(field(headers, 'authorization') ?? '')
          ? withBody(
              {
                ...answer,
                status: 401,
                headers: withField(
                  withField(answer.headers, 'WWW-Authenticate', 'Bearer error="invalid_token"'),
                  'Content-Type',
                  'application/problem+json',
                ),
              },
              {
                type: 'about:blank',
                title: 'Unauthorized',
                status: 401,
                detail: 'No.',
                code: 'token_malformed',
                request_id: field(answer.headers, 'x-request-id'),
              },
            )
          : answer,
      ),
    },
  ],
  [
    'medium',
    'accepts padding and other alphabets in tokens',
    A,
    {
      front: rewriting((request) => ({
        ...request,
        headers: request.headers.map(([name, value]) => [
          name,
          /^authorization$/i.test(name) ? value.replaceAll('=', '') : value,
        ]),
      })),
    },
  ],
  [
    'medium',
    'takes the first word after the scheme and ignores the rest',
    A,
    {
      front: rewriting((request) => ({
        ...request,
        headers: request.headers.map(([name, value]) => [
          name,
          /^authorization$/i.test(name) ? value.replace(/^(Bearer [^ ,]+)[ ,].*$/, '$1') : value,
        ]),
      })),
    },
  ],
  [
    'medium',
    'repeats what a forged token claims',
    ['A', 'G'],
    {
      front: changing((answer, { headers }) => {
        if (answer.status !== 401) return answer
        const token = field(headers, 'authorization')?.split(' ')[1] ?? ''
        const { payload, header } = partsOf(token)
        const detail = `No: ${JSON.stringify([header, payload])}`
        return withBody(answer, { ...JSON.parse(answer.body.toString()), detail })
      }),
    },
  ],
])
