import type { FastifyRequest } from 'fastify'
import type { Identity } from '../../../application/ports/identity.ts'
import type { Owner } from '../../../domain/owner.ts'
import type { Operation } from '../contract/operation.ts'
import { bearerToken } from '../request/credentials.ts'
import type { RateLimit } from './rate-limit.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** who sent it, once the token has proved it */
    owner: Owner | undefined
  }
}

export interface Admission {
  identity: Identity
  rateLimit: RateLimit
}

/** Token, then rate. Without a valid token the client's address is counted; over its limit the answer is 429. */
export const admit = async (
  { access, unlimited }: Operation,
  { identity, rateLimit }: Admission,
  request: FastifyRequest,
): Promise<void> => {
  if (access === 'anyone') return unlimited ? undefined : rateLimit.countAddress(request)
  try {
    request.owner = await identity.ownerOf(bearerToken(request.raw))
  } catch (error) {
    await rateLimit.countAddress(request)
    throw error
  }
  await rateLimit.countOwner(request)
}
