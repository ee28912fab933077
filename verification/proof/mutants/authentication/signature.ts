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

export const signatureMutants = mutants(
  { severity: 'critical', caughtBy: ['A'] },
  {
    'accepts-unverified-tokens': {
      does: 'decodes tokens and never verifies them',
      identity: accepting(({ payload, raw }) => payload.sub !== undefined && raw.length === 3),
    },
    'accepts-alg-none': {
      identity: accepting(({ header, raw }) => header.alg === 'none' && raw[2] === ''),
    },
    'accepts-alg-none-in-any-case': {
      identity: accepting(({ header }) => String(header.alg).toLowerCase() === 'none'),
    },
    'verifies-with-an-empty-secret-too': { identity: accepting(hasMac('')) },
    'verifies-with-a-well-known-secret-too': {
      does: 'verifies with a well-known secret too',
      identity: accepting((token) => weak.some((key) => hasMac(key)(token))),
    },
    'verifies-tokens-with-an-unknown-kid-with-an-empty-key': {
      identity: accepting((token) => 'kid' in token.header && hasMac('')(token)),
    },
    'trusts-a-key-embedded-in-the-header': {
      identity: accepting((token) => {
        const { jwk } = token.header
        if (jwk === undefined) return false
        const octets = Buffer.from(String((jwk as { k?: string }).k ?? ''), 'base64url')
        return isSignedBy(jwk, token) || hasMac(octets.toString('latin1'))(token)
      }),
    },
    'fetches-keys-from-a-jku-of-the-token': {
      identity: accepting((token) => {
        const data = /^data:[^,]*;base64,(.+)$/.exec(String(token.header.jku))?.[1]
        if (!data) return false
        const { keys = [] } = JSON.parse(Buffer.from(data, 'base64').toString())
        return keys.some((key: unknown) => isSignedBy(key, token))
      }),
    },
    'compares-only-the-beginning-of-the-signature': {
      identity: accepting(({ raw }) => {
        const [, , signature = ''] = raw
        const expected = macOf(secret, raw)
        return raw.length === 3 && signature !== '' && expected.startsWith(signature.slice(0, 10))
      }),
    },
    'accepts-an-empty-signature': {
      identity: accepting(({ raw }) => raw.length === 3 && raw[2] === ''),
    },
    'accepts-tokens-of-two-parts': { identity: accepting(({ raw }) => raw.length === 2) },
    'ignores-crit': {
      severity: 'high',
      identity: acceptingSigned(({ header }) => 'crit' in header),
    },
    'accepts-hs384-and-hs512': {
      does: 'accepts HS384 and HS512 as well',
      severity: 'high',
      identity: acceptingSigned(({ header }) => /^HS(384|512)$/.test(String(header.alg))),
    },
    'caches-verified-tokens-by-their-claims': {
      identity: caching(({ payload }) => JSON.stringify([payload.sub, payload.exp])),
    },
    'caches-verified-tokens-by-their-signature': {
      does: 'verifies the signature of one token over the content of another',
      identity: caching(({ raw }) => raw[2] ?? '', subject),
    },
  },
)
