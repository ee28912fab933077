import {
  field,
  type ProxyResponse,
  withHeader,
} from '../../../../bootstrap/system/http-messages.ts'
import { anySignature, as, lettingPass, signedBut, tokenOf } from '../../operators/credentials.ts'
import { subject, tokenFrom } from '../../operators/identity.ts'
import { emptied, onRequest, type Proxied } from '../../operators/proxy.ts'
import { calls, isHead, isWrite, only, queryOf } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

/** Does what a request asks for before its token is judged, and answers as if it had not. */
const doingFirst: Proxied = {
  proxy: () => async (request, pass) => {
    const response = await pass(request)
    const token = tokenOf(request)
    if (response.status === 401 && anySignature(token)) await pass(as(subject(token), request))
    return response
  },
}

const judgingBodiesFirst: Proxied = {
  proxy: () => async (request, pass) => {
    const response = await pass(request)
    if (response.status !== 401) return response
    const judged = await pass(as('nobody at all', request))
    return [400, 413, 415, 422].includes(judged.status) ? judged : response
  },
}

/** Answers 304 to whoever knows the tag of a path. */
const remembering304 = (): Proxied => ({
  proxy: () => {
    const known = new Map<string, ProxyResponse>()
    return async (request, pass) => {
      const response = await pass(request)
      if (response.status === 200) known.set(request.path, response)
      const kept = known.get(request.path)
      const tag = field(kept?.headers ?? [], 'etag')
      return kept &&
        tag &&
        response.status === 401 &&
        field(request.headers, 'if-none-match') === tag
        ? withHeader(emptied(kept, 304), 'ETag', tag)
        : response
    }
  },
})

/** A rule of the token that holds everywhere but on one operation or method. */
export const singleOperationMutants = [
  ...mutants('critical', ['A'], {
    'does not verify signatures where a task is completed': only(
      calls('completeTask'),
      lettingPass(anySignature),
    ),
    'does not verify signatures of HEAD requests': only(isHead, lettingPass(anySignature)),
    'accepts alg none where a task is created': only(
      calls('createTask'),
      lettingPass((token) => token.header.alg === 'none' && anySignature(token)),
    ),
    'accepts an empty signature on PUT': only(
      calls('putTask'),
      lettingPass((token) => token.raw[2] === '' && anySignature(token)),
    ),
    'deletes first and looks at the token later': {
      does: 'deletes a task before it looks at the token, and then answers 401',
      ...only(calls('deleteTask'), doingFirst),
    },
  }),
  ...mutants('high', ['A'], {
    'accepts expired tokens where a task is deleted': only(
      calls('deleteTask'),
      lettingPass(signedBut('exp')),
    ),
    'ignores the audience in the list': only(calls('listTasks'), lettingPass(signedBut('aud'))),
    'ignores nbf on PUT': only(calls('putTask'), lettingPass(signedBut('nbf'))),
    'ignores the issuer of HEAD requests': only(isHead, lettingPass(signedBut('iss'))),
    'accepts tokens without exp where one task is read': only(
      calls('getTask'),
      lettingPass((token) => token.payload.exp === undefined && signedBut('exp')(token)),
    ),
    'accepts a token in the query where one task is read': only(
      calls('getTask'),
      tokenFrom(({ path }) => queryOf(path).get('access_token') ?? undefined),
    ),
    'takes the last of two Authorization headers on PATCH': only(
      calls('updateTask'),
      onRequest((request) => {
        const all = request.headers.filter(([name]) => /^authorization$/i.test(name))
        return withHeader(request, 'Authorization', all.at(-1)?.[1])
      }),
    ),
    'answers 304 without a look at the token': remembering304(),
    'judges the body before the token': {
      severity: 'medium',
      caughtBy: ['A', 'V'],
      ...only(isWrite, judgingBodiesFirst),
    },
  }),
]
