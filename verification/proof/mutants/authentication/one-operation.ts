import { field, withHeader } from '../../../../bootstrap/system/http-messages.ts'
import { anySignature, as, lettingPass, signedBut, tokenOf } from '../../operators/credentials.ts'
import { subject, tokenFrom } from '../../operators/identity.ts'
import { problem } from '../../operators/problems.ts'
import {
  hasStatus,
  onRequest,
  onResponse,
  type Proxied,
  removeHeader,
  setHeader,
} from '../../operators/proxy.ts'
import { claimsHold, decodeToken } from '../../operators/token.ts'
import { calls, isHead, only, onTask } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

const completingFirst: Proxied = {
  proxy: () => async (request, pass) => {
    const response = await pass(request)
    if (response.status === 401) await pass(as(subject(tokenOf(request)), request))
    return response
  },
}

/** A part as a strict encoder writes the bytes that a lenient decoder reads. */
const respelled = (part: string): string => Buffer.from(part, 'base64url').toString('base64url')

/** More rules of the token that one operation forgets, or one method. */
export const oneOperationMutants = [
  ...mutants('critical', ['A'], {
    'verifies no signature where a task is created': only(
      calls('createTask'),
      lettingPass(anySignature),
    ),
    'verifies no signature where a list has a query': only(
      ({ method, path }) => method === 'GET' && path.startsWith('/api/v1/tasks?'),
      lettingPass((token) => token.header.alg === 'HS256' && anySignature(token)),
    ),
    'lets unsigned tokens pass on HEAD of a task': only(
      onTask(/^HEAD$/),
      lettingPass(({ header, raw }) => header.alg === 'none' && raw[2] === ''),
    ),
    'completes a task before it looks at the token': only(calls('completeTask'), completingFirst),
  }),
  ...mutants('high', ['A'], {
    'looks at no iat where a task is completed': only(
      calls('completeTask'),
      lettingPass(signedBut('iat')),
    ),
    'reads exp from a text where a task is replaced': only(
      calls('putTask'),
      lettingPass((token) => typeof token.payload.exp !== 'number' && signedBut('exp')(token)),
    ),
    'looks at no nbf that is a time where a task is replaced': {
      caughtBy: ['A-44'],
      ...only(
        calls('putTask'),
        lettingPass((token) => typeof token.payload.nbf === 'number' && signedBut('nbf')(token)),
      ),
    },
    'looks at no audience on HEAD': only(isHead, lettingPass(signedBut('aud'))),
    'looks at no issuer where a task is completed': only(
      calls('completeTask'),
      lettingPass(signedBut('iss')),
    ),
    'looks at no sub where a task is created': only(
      calls('createTask'),
      lettingPass(signedBut('sub')),
    ),
    'ignores crit on the list': only(
      calls('listTasks'),
      lettingPass((token) => token.signed && 'crit' in token.header && claimsHold(token, [])),
    ),
    'takes HS384 and HS512 on PATCH': only(
      calls('updateTask'),
      lettingPass((token) => /^HS(384|512)$/.test(`${token.header.alg}`) && signedBut()(token)),
    ),
    'takes a token from a cookie where a task is deleted': only(
      calls('deleteTask'),
      tokenFrom(({ headers }) => /token=([^;\s]+)/.exec(field(headers, 'cookie') ?? '')?.[1]),
    ),
    'takes a token from another header where a task is completed': only(
      calls('completeTask'),
      tokenFrom(({ headers }) => field(headers, 'x-access-token')),
    ),
    'takes the first of two Authorization headers where a task is read': only(
      calls('getTask'),
      onRequest((request) =>
        withHeader(request, 'Authorization', field(request.headers, 'authorization')),
      ),
    ),
  }),
  ...mutants('medium', ['A'], {
    'knows one spelling of the scheme on PUT': only(
      calls('putTask'),
      onResponse(
        (response) =>
          problem(withHeader(response, 'WWW-Authenticate', 'Bearer error="invalid_token"'), {
            status: 401,
            title: 'Unauthorized',
            code: 'token_malformed',
          }),
        ({ status }, { headers }) =>
          status < 400 && !field(headers, 'authorization')?.startsWith('Bearer '),
      ),
    ),
    'tells HEAD nothing of what it wants': only(
      isHead,
      removeHeader('WWW-Authenticate', hasStatus(401)),
    ),
    'names no error in the challenge where a task is completed': only(
      calls('completeTask'),
      setHeader('WWW-Authenticate', 'Bearer', hasStatus(401)),
    ),
  }),
  ...mutants('critical', ['A-20'], {
    'takes a token of two parts where a task is created': only(
      calls('createTask'),
      lettingPass(({ raw, payload }) => raw.length === 2 && payload.sub !== undefined),
    ),
  }),
  ...mutants('medium', ['A-22', 'A-07'], {
    'decodes what is no base64url where one task is read': only(
      calls('getTask'),
      lettingPass(({ raw }) => signedBut()(decodeToken(raw.map(respelled).join('.')))),
    ),
    'takes a token from a form where a task is replaced': only(
      calls('putTask'),
      tokenFrom(({ body }) => /^access_token=(\S+)$/.exec(body.toString())?.[1]),
    ),
  }),
]
