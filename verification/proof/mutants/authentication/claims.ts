import type { Owner } from '../../../../domain/owner.ts'
import { serviceEnv } from '../../mutated-service.ts'
import {
  accepting,
  acceptingClaim,
  ignoringClaims,
  replacingOwnerOf,
} from '../../operators/identity.ts'
import { nowSeconds } from '../../operators/token.ts'
import { mutants } from '../mutant.ts'

const expiredFor = (maxSeconds: number) => (exp: unknown) => Number(exp) > nowSeconds() - maxSeconds

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
    'accepts tokens without exp': acceptingClaim('exp', (exp) => exp === undefined),
    'is a day late about exp': acceptingClaim('exp', expiredFor(86_400)),
    'is ten minutes late about exp': acceptingClaim('exp', expiredFor(600)),
    'accepts exp as text': acceptingClaim(
      'exp',
      (exp) => typeof exp === 'string' && Number(exp) > 0,
    ),
    'accepts an infinite exp': acceptingClaim('exp', (exp) => exp === Number.POSITIVE_INFINITY),
    'ignores nbf': ignoringClaims('nbf'),
    'ignores an iat in the future': { severity: 'medium', ...ignoringClaims('iat') },
    'ignores the issuer': ignoringClaims('iss'),
    'compares the issuer by its beginning': acceptingClaim('iss', (iss) =>
      String(iss).startsWith(serviceEnv.AUTH_ISSUER),
    ),
    'ignores the audience': ignoringClaims('aud'),
    'looks for the audience within a text': acceptingClaim('aud', (aud) =>
      String(aud).includes(serviceEnv.AUTH_AUDIENCE),
    ),
    'accepts a sub that is a number': acceptingClaim('sub', (sub) => typeof sub === 'number'),
  }),
  ...mutants('critical', ['A', 'I'], {
    'folds the case of sub': changingSubject((sub) => sub.toLowerCase()),
    'trims sub': changingSubject((sub) => sub.trim()),
  }),
]
