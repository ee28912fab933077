import { createHash, createHmac } from 'node:crypto'
import { serviceEnv } from '../../mutated-service.ts'
import { accepting, acceptingSigned, caching, subject } from '../../operators/identity.ts'
import { hasMac, isSignedBy, macOf } from '../../operators/token.ts'
import { mutants } from '../mutant.ts'

const secret = serviceEnv.BETTER_AUTH_SECRET
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

/** Takes a signature for right that this says is, of the bytes that are given and those that should be. */
const comparing = (isSame: (given: Buffer, right: Buffer) => boolean) =>
  accepting(({ raw }) => {
    const [given, right] = [raw[2] ?? '', macOf(secret, raw)].map((part) =>
      Buffer.from(part, 'base64url'),
    ) as [Buffer, Buffer]
    return raw.length === 3 && given.length === right.length && isSame(given, right)
  })

const sum = (bytes: Buffer) => bytes.reduce((all, byte) => all + byte, 0)

/** Comparisons that overlook a part of a signature, or a difference. */
export const comparisonMutants = mutants('critical', ['A-30', 'A-88'], {
  'compares all but the last byte of a signature': comparing((given, right) =>
    given.subarray(0, -1).equals(right.subarray(0, -1)),
  ),
  'compares all but the first byte of a signature': comparing((given, right) =>
    given.subarray(1).equals(right.subarray(1)),
  ),
  'compares signatures by the sum of their bytes': comparing(
    (given, right) => sum(given) === sum(right),
  ),
  'compares signatures without regard to case': accepting(
    ({ raw }) => raw.length === 3 && raw[2]?.toLowerCase() === macOf(secret, raw).toLowerCase(),
  ),
})

/** Takes for a signature what this makes of a token. */
const signedBy = (make: (raw: readonly string[]) => Buffer) =>
  accepting(
    ({ raw, header }) => header.alg === 'HS256' && raw[2] === make(raw).toString('base64url'),
  )

const inputOf = ([header, payload]: readonly string[]) => `${header}.${payload}`

/** Signatures that are made of something else, or in another way. */
export const makingMutants = mutants('critical', ['A'], {
  'verifies the payload alone': signedBy(([, payload = '']) =>
    createHmac('sha256', secret).update(payload).digest(),
  ),
  'decodes its secret from base64': signedBy((raw) =>
    createHmac('sha256', Buffer.from(secret, 'base64')).update(inputOf(raw)).digest(),
  ),
  'takes a digest without a key for a signature': signedBy((raw) =>
    createHash('sha256').update(inputOf(raw)).digest(),
  ),
  'takes a digest of secret and text for a signature': signedBy((raw) =>
    createHash('sha256')
      .update(`${secret}${inputOf(raw)}`)
      .digest(),
  ),
  'takes the signature of another hash under its own name': signedBy((raw) =>
    createHmac('sha512', secret).update(inputOf(raw)).digest(),
  ),
})

export const signatureMutants = [
  ...mutants('critical', ['A'], {
    'accepts unverified tokens': {
      does: 'decodes tokens and never verifies them',
      ...accepting(({ payload, raw }) => payload.sub !== undefined && raw.length === 3),
    },
    'accepts alg none': accepting(({ header, raw }) => header.alg === 'none' && raw[2] === ''),
    'accepts alg none in any case': accepting(
      ({ header }) => String(header.alg).toLowerCase() === 'none',
    ),
    'accepts alg none in odd spellings': accepting(
      ({ header, raw }) =>
        !['none', 'None', 'NONE'].includes(String(header.alg)) &&
        String(header.alg).toLowerCase() === 'none' &&
        raw[2] !== '',
    ),
    'verifies with the name of a key in place of it': accepting(
      (token) => token.header.kid !== undefined && hasMac(String(token.header.kid))(token),
    ),
    'takes its own signature by the name of another family': accepting(
      ({ header, raw }) => /^(RS|ES)256$/.test(String(header.alg)) && raw[2] === macOf(secret, raw),
    ),
    'verifies with an empty secret too': accepting(hasMac('')),
    'verifies with a well-known secret too': accepting((token) =>
      weak.some((key) => hasMac(key)(token)),
    ),
    'verifies tokens with an unknown kid with an empty key': accepting(
      (token) => 'kid' in token.header && hasMac('')(token),
    ),
    'trusts a key embedded in the header': accepting((token) => {
      const { jwk } = token.header
      if (jwk === undefined) return false
      const octets = Buffer.from(String((jwk as { k?: string }).k ?? ''), 'base64url')
      return isSignedBy(jwk, token) || hasMac(octets.toString('latin1'))(token)
    }),
    'fetches keys from a jku of the token': accepting((token) => {
      const data = /^data:[^,]*;base64,(.+)$/.exec(String(token.header.jku))?.[1]
      if (!data) return false
      const { keys = [] } = JSON.parse(Buffer.from(data, 'base64').toString())
      return keys.some((key: unknown) => isSignedBy(key, token))
    }),
    'compares only the beginning of the signature': accepting(({ raw }) => {
      const [, , signature = ''] = raw
      const expected = macOf(secret, raw)
      return raw.length === 3 && signature !== '' && expected.startsWith(signature.slice(0, 10))
    }),
    'ignores what follows the signature': accepting(({ raw }) => {
      const [given, right] = [raw[2] ?? '', macOf(secret, raw)].map((part) =>
        Buffer.from(part, 'base64url'),
      ) as [Buffer, Buffer]
      return raw.length === 3 && given.subarray(0, right.length).equals(right)
    }),
    'accepts an empty signature': accepting(({ raw }) => raw.length === 3 && raw[2] === ''),
    'accepts tokens of two parts': accepting(({ raw }) => raw.length === 2),
    'never judges a token again': {
      caughtBy: ['D-54'],
      ...caching(({ raw }) => raw.join('.')),
    },
    'caches verified tokens by their claims': caching(({ payload }) =>
      JSON.stringify([payload.sub, payload.exp]),
    ),
    'caches verified tokens by their signature': {
      does: 'verifies the signature of one token over the content of another',
      ...caching(({ raw }) => raw[2] ?? '', subject),
    },
  }),
  ...mutants('high', ['A'], {
    'ignores crit': acceptingSigned(({ header }) => 'crit' in header),
    'accepts hs384 and hs512': {
      does: 'accepts HS384 and HS512 as well',
      ...acceptingSigned(({ header }) => /^HS(384|512)$/.test(String(header.alg))),
    },
  }),
]
