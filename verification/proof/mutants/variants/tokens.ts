import { compact, hmac } from '../../../tokens/vectors/compact.ts'
import { serviceEnv } from '../../mutated-service.ts'
import { mutants } from '../mutant.ts'

const HOUR_S = 3600

/** A good token as long as those of servers that put all of a profile and every role into it. */
const longToken = (sub: string): string => {
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    ...{ sub, iat: now, exp: now + HOUR_S },
    ...{ iss: serviceEnv.AUTH_ISSUER, aud: serviceEnv.AUTH_AUDIENCE, roles: 'x'.repeat(2_400) },
  }
  return compact({ alg: 'HS256', typ: 'JWT' }, claims, hmac(serviceEnv.BETTER_AUTH_SECRET))
}

/** What the suite is given to ask with. */
export const tokenVariants = mutants('low', [], {
  'is asked with long tokens': {
    suite: { TOKEN_A: longToken('auth0|ada'), TOKEN_B: longToken('auth0|bob') },
  },
})
