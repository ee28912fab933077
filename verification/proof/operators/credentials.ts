import {
  field,
  jsonOf,
  type ProxyRequest,
  withHeader,
} from '../../../bootstrap/system/http-messages.ts'
import { subject } from './identity.ts'
import { onRequest, type Proxied } from './proxy.ts'
import { claimsHold, type DecodedToken, decodeToken, rightToken } from './token.ts'
import { taskId } from './where.ts'

/** The request with the credentials of somebody else. */
export const as = (sub: string, request: ProxyRequest): ProxyRequest =>
  withHeader(request, 'Authorization', `Bearer ${rightToken(sub)}`)

/** The token of a request taken apart, unverified; without members where there is none. */
export const tokenOf = ({ headers }: ProxyRequest): DecodedToken =>
  decodeToken(/^bearer +(\S+)$/i.exec(field(headers, 'authorization') ?? '')?.[1] ?? '')

/** Lets tokens pass that are wrong: a right one for the same subject goes in their place. */
export const lettingPass = (lax: (token: DecodedToken) => boolean) =>
  onRequest((request) => {
    const token = tokenOf(request)
    return lax(token) ? as(subject(token), request) : request
  })

/** A token whose signature nobody looks at. */
export const anySignature = (token: DecodedToken): boolean =>
  token.raw.length === 3 && claimsHold(token, [])

/** A token with a good signature, of which some claims are ignored. */
export const signedBut =
  (...ignored: string[]) =>
  (token: DecodedToken): boolean =>
    token.signed && claimsHold(token, ignored)

/** Asks on some requests as whoever created the task in the path; `by` is who asks. */
export const actingAsCreator = (
  where: (request: ProxyRequest, creator: string, by: string) => boolean,
): Proxied => ({
  proxy: () => {
    const creators = new Map<string, string>()
    return async (request, pass) => {
      const creator = creators.get(taskId(request.path) ?? '')
      const token = tokenOf(request)
      const isValid = signedBut()(token)
      const foreign = creator !== undefined && isValid && where(request, creator, subject(token))
      const response = await pass(foreign ? as(creator, request) : request)
      const { id, user_id } = jsonOf(response)
      if (response.status === 201) creators.set(String(id), String(user_id))
      return response
    }
  },
})
