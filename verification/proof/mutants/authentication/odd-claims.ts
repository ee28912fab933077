import { Fault } from '../../../../domain/fault.ts'
import type { Owner } from '../../../../domain/owner.ts'
import { serviceEnv } from '../../mutated-service.ts'
import {
  accepting,
  acceptingClaim,
  acceptingSigned,
  refusing,
  refusingWith,
  replacingOwnerOf,
} from '../../operators/identity.ts'
import { decodeToken, macOf, nowSeconds } from '../../operators/token.ts'
import { mutants } from '../mutant.ts'

const { AUTH_ISSUER, AUTH_AUDIENCE, BETTER_AUTH_SECRET } = serviceEnv
const bare = (url: unknown) => String(url).replace(/\/$/, '')

/** Claims and headers that are nearly right, or right and unusual. */
export const oddClaimMutants = [
  ...mutants('high', ['A'], {
    'takes null for a claim that is not there': acceptingSigned(
      ({ payload }) => Object.values(payload).includes(null),
      ...['exp', 'nbf', 'iss', 'aud', 'sub'],
    ),
    'never lets an exp with a fraction expire': acceptingClaim(
      'exp',
      (exp) => Number.isFinite(exp) && !Number.isInteger(exp),
    ),
    'never lets an exp of nine digits expire': acceptingClaim(
      'exp',
      (exp) => Number(exp) > 1e8 && Number(exp) < 1e9,
    ),
    'takes another claim for exp': acceptingSigned(
      ({ payload: { expires_at } }) => Number(expires_at) > nowSeconds(),
      'exp',
    ),
    'looks at no iat where there is a nbf': acceptingSigned(
      ({ payload: { iat, nbf } }) =>
        typeof iat === 'number' && typeof nbf === 'number' && nbf < iat,
      'iat',
    ),
    'takes an early nbf in milliseconds for none': acceptingClaim(
      'nbf',
      (nbf) => typeof nbf === 'number' && nbf > 1e11,
    ),
    'trusts whoever names its own host for keys': accepting(({ header }) =>
      `${header.jku}${header.x5u}`.includes('/.well-known/'),
    ),
    'never lets a negative exp expire': acceptingClaim('exp', (exp) => Number(exp) < 0),
    'knows b64 for a critical extension': acceptingSigned(
      ({ header: { crit } }) => JSON.stringify(crit) === '["b64"]',
    ),
    'takes an empty crit for none': acceptingSigned(
      ({ header: { crit } }) => Array.isArray(crit) && crit.length === 0,
    ),
    'takes crit null for none': acceptingSigned(({ header: { crit } }) => crit === null),
    'takes a part of its issuer for all of it': acceptingClaim(
      'iss',
      (iss) => iss !== AUTH_ISSUER && iss !== '' && AUTH_ISSUER.includes(String(iss)),
    ),
    'takes an empty issuer for any': acceptingClaim('iss', (iss) => iss === ''),
    'trims the issuer': acceptingClaim(
      'iss',
      (iss) => iss !== AUTH_ISSUER && String(iss).trim() === AUTH_ISSUER,
    ),
    'takes its issuer for an audience': acceptingClaim('aud', (aud) => aud === AUTH_ISSUER),
    'looks for the audience among words': acceptingClaim(
      'aud',
      (aud) => aud !== AUTH_AUDIENCE && String(aud).split(' ').includes(AUTH_AUDIENCE),
    ),
    'names an owner by email where there is no sub': replacingOwnerOf((real) => async (token) => {
      const { payload, signed } = decodeToken(token)
      const isNamed = signed && payload.sub === undefined && payload.email !== undefined
      return isNamed ? (payload.email as Owner) : real.ownerOf(token)
    }),
    'compares the audience without case': acceptingClaim(
      'aud',
      (aud) => aud !== AUTH_AUDIENCE && String(aud).toLowerCase() === AUTH_AUDIENCE,
    ),
    'compares issuers without the slash at their end': acceptingClaim(
      'iss',
      (iss) => iss !== AUTH_ISSUER && bare(iss) === AUTH_ISSUER,
    ),
    'compares audiences without the slash at their end': acceptingClaim(
      'aud',
      (aud) => aud !== AUTH_AUDIENCE && !Array.isArray(aud) && bare(aud) === AUTH_AUDIENCE,
    ),
    'takes an empty list of audiences for any': acceptingClaim(
      'aud',
      (aud) => Array.isArray(aud) && aud.length === 0,
    ),
    'looks for the audience in lists within lists': acceptingClaim(
      'aud',
      (aud) => ![aud].flat().includes(AUTH_AUDIENCE) && [aud].flat(9).includes(AUTH_AUDIENCE),
    ),
    'reads the name of the algorithm loosely': accepting(
      ({ raw, header }) =>
        header.alg !== 'HS256' &&
        raw[2] === macOf(BETTER_AUTH_SECRET, raw) &&
        String(header.alg).trim().toUpperCase() === 'HS256',
    ),
    'takes the owner from another claim than sub': {
      severity: 'critical',
      ...replacingOwnerOf((real) => async (token) => {
        const owner = await real.ownerOf(token)
        return (decodeToken(token).payload.email as Owner | undefined) ?? owner
      }),
    },
  }),
  ...mutants('medium', ['A'], {
    'refuses tokens that were issued days ago': refusing(
      ({ payload: { iat } }) => Number(iat) < nowSeconds() - 86_400,
    ),
    'refuses tokens of another type than JWT': refusing(({ header }) => header.typ !== 'JWT'),
    'refuses an expiry between two seconds': refusing(
      ({ payload: { exp } }) => !Number.isInteger(exp),
    ),
    'takes true for the time one': {
      severity: 'low',
      ...refusingWith(({ payload }, real) =>
        payload.exp === true ? new Fault('token_expired') : real,
      ),
    },
    'takes an object for a name': acceptingClaim('sub', (sub) => String(sub) === '[object Object]'),
    'takes true for a name': acceptingClaim('sub', (sub) => sub === true),
    'takes C1 controls for letters': acceptingClaim('sub', (sub) =>
      /^[\x20-\x7e]+[\x80-\x9f]$/.test(String(sub)),
    ),
    'takes DEL for a letter': {
      severity: 'low',
      ...acceptingClaim('sub', (sub) => /^[\x20-\x7e]+\x7f$/.test(String(sub))),
    },
  }),
]
