import type { Identity } from '../../../../application/ports/identity.ts'
import type { Owner } from '../../../../domain/owner.ts'
import { serviceEnv } from '../../mutated-service.ts'
import { accepting, acceptingSigned, ignoringClaims } from '../../operators/identity.ts'
import { type DecodedToken, nowSeconds } from '../../operators/token.ts'
import { mutants } from '../mutant.ts'

const expiredFor =
  (maxSeconds: number) =>
  ({ payload }: DecodedToken) =>
    Number(payload.exp) > nowSeconds() - maxSeconds

const changingSubject =
  (change: (sub: string) => string) =>
  (real: Identity): Identity => ({
    ownerOf: async (token) => change(await real.ownerOf(token)) as Owner,
  })

export const claimMutants = mutants(
  { severity: 'high', caughtBy: ['A'] },
  {
    'accepts-expired-tokens': {
      does: 'never looks at exp',
      severity: 'critical',
      identity: ignoringClaims('exp'),
    },
    'accepts-exp-zero': {
      does: 'takes exp 0 for "never"',
      severity: 'critical',
      identity: accepting(({ signed, payload }) => signed && payload.exp === 0),
    },
    'accepts-tokens-without-exp': {
      identity: acceptingSigned(({ payload }) => payload.exp === undefined, 'exp'),
    },
    'is-a-day-late-about-exp': { identity: acceptingSigned(expiredFor(86_400), 'exp') },
    'is-ten-minutes-late-about-exp': { identity: acceptingSigned(expiredFor(600), 'exp') },
    'accepts-exp-as-text': {
      identity: acceptingSigned(
        ({ payload: { exp } }) => typeof exp === 'string' && Number(exp) > 0,
        'exp',
      ),
    },
    'accepts-an-infinite-exp': {
      identity: acceptingSigned(({ payload }) => payload.exp === Number.POSITIVE_INFINITY, 'exp'),
    },
    'ignores-nbf': { identity: ignoringClaims('nbf') },
    'ignores-an-iat-in-the-future': { severity: 'medium', identity: ignoringClaims('iat') },
    'ignores-the-issuer': { identity: ignoringClaims('iss') },
    'compares-the-issuer-by-its-beginning': {
      identity: acceptingSigned(
        ({ payload }) => String(payload.iss).startsWith(serviceEnv.AUTH_ISSUER),
        'iss',
      ),
    },
    'ignores-the-audience': { identity: ignoringClaims('aud') },
    'looks-for-the-audience-within-a-text': {
      identity: acceptingSigned(
        ({ payload }) => String(payload.aud).includes(serviceEnv.AUTH_AUDIENCE),
        'aud',
      ),
    },
    'accepts-a-missing-sub': {
      does: 'takes a missing sub for somebody',
      severity: 'critical',
      identity: ignoringClaims('sub'),
    },
    'accepts-a-sub-that-is-a-number': {
      identity: acceptingSigned(({ payload }) => typeof payload.sub === 'number', 'sub'),
    },
    'folds-the-case-of-sub': {
      severity: 'critical',
      caughtBy: ['A', 'I'],
      identity: changingSubject((sub) => sub.toLowerCase()),
    },
    'trims-sub': {
      severity: 'critical',
      caughtBy: ['A', 'I'],
      identity: changingSubject((sub) => sub.trim()),
    },
  },
)
