import type { Owner } from '../../../../domain/owner.ts'
import { serviceEnv } from '../../mutated-service.ts'
import {
  accepting,
  acceptingSigned,
  ignoringClaims,
  replacingOwnerOf,
} from '../../operators/identity.ts'
import { type DecodedToken, nowSeconds } from '../../operators/token.ts'
import { mutants } from '../mutant.ts'

const expiredFor =
  (maxSeconds: number) =>
  ({ payload }: DecodedToken) =>
    Number(payload.exp) > nowSeconds() - maxSeconds

const changingSubject = (change: (sub: string) => string) =>
  replacingOwnerOf((real) => async (token) => change(await real.ownerOf(token)) as Owner)

export const claimMutants = [
  ...mutants('critical', ['A'], {
    'accepts expired tokens': { does: 'never looks at exp', ...ignoringClaims('exp') },
    'accepts exp zero': {
      does: 'takes exp 0 for "never"',
      ...accepting(({ signed, payload }) => signed && payload.exp === 0),
    },
    'accepts a missing sub': { does: 'takes a missing sub for somebody', ...ignoringClaims('sub') },
  }),
  ...mutants('high', ['A'], {
    'accepts tokens without exp': acceptingSigned(
      ({ payload }) => payload.exp === undefined,
      'exp',
    ),
    'is a day late about exp': acceptingSigned(expiredFor(86_400), 'exp'),
    'is ten minutes late about exp': acceptingSigned(expiredFor(600), 'exp'),
    'accepts exp as text': acceptingSigned(
      ({ payload: { exp } }) => typeof exp === 'string' && Number(exp) > 0,
      'exp',
    ),
    'accepts an infinite exp': acceptingSigned(
      ({ payload }) => payload.exp === Number.POSITIVE_INFINITY,
      'exp',
    ),
    'ignores nbf': ignoringClaims('nbf'),
    'ignores an iat in the future': { severity: 'medium', ...ignoringClaims('iat') },
    'ignores the issuer': ignoringClaims('iss'),
    'compares the issuer by its beginning': acceptingSigned(
      ({ payload }) => String(payload.iss).startsWith(serviceEnv.AUTH_ISSUER),
      'iss',
    ),
    'ignores the audience': ignoringClaims('aud'),
    'looks for the audience within a text': acceptingSigned(
      ({ payload }) => String(payload.aud).includes(serviceEnv.AUTH_AUDIENCE),
      'aud',
    ),
    'accepts a sub that is a number': acceptingSigned(
      ({ payload }) => typeof payload.sub === 'number',
      'sub',
    ),
  }),
  ...mutants('critical', ['A', 'I'], {
    'folds the case of sub': changingSubject((sub) => sub.toLowerCase()),
    'trims sub': changingSubject((sub) => sub.trim()),
  }),
]
