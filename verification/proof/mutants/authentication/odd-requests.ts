import { field, type ProxyRequest } from '../../../../bootstrap/system/http-messages.ts'
import { anySignature, lettingPass, signedBut } from '../../operators/credentials.ts'
import type { DecodedToken } from '../../operators/token.ts'
import { calls, only } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

const bears =
  (name: string, value = /./) =>
  ({ headers }: ProxyRequest): boolean =>
    value.test(field(headers, name) ?? '')

const isEmptyCompletion = (request: ProxyRequest) =>
  calls('completeTask')(request) && request.body.length === 0

type Forms = Readonly<Record<string, (request: ProxyRequest) => boolean>>

/** Forms of a request in which a rule of the token is forgotten: in each run every rule of them meets these. */
const strange: Forms = {
  'in the absolute form': ({ path }) => /^https?:/i.test(path),
  'beside an Expect': bears('expect'),
  'behind a small bearer': bears('authorization', /^bearer /),
}
/** And the gravest these as well. */
const forms: Forms = {
  ...strange,
  'where nothing completes': isEmptyCompletion,
  'beside an If-Match where a task is deleted': (request) =>
    calls('deleteTask')(request) && bears('if-match')(request),
  'beside an If-Match where a task is replaced': (request) =>
    calls('putTask')(request) && bears('if-match')(request),
}

const inForms = (
  does: string,
  lax: (token: DecodedToken) => boolean,
  all: Forms,
): Readonly<Record<string, ReturnType<typeof only>>> =>
  Object.fromEntries(
    Object.entries(all).map(([form, where]) => [`${does} ${form}`, only(where, lettingPass(lax))]),
  )

const isUnsigned = ({ header, raw }: DecodedToken) =>
  /^none$/i.test(`${header.alg}`) && raw[2] === ''

/** What hardly anybody sends, and what everybody does: whoever looks at tokens by form overlooks them in another. */
export const oddRequestMutants = [
  ...mutants('critical', ['A'], {
    ...inForms('lets any signature pass', anySignature, {
      ...forms,
      'where chunks of nothing complete': (request) =>
        isEmptyCompletion(request) && bears('transfer-encoding')(request),
      'where a completion has no body of any form': (request) =>
        isEmptyCompletion(request) && !bears('transfer-encoding')(request),
    }),
    ...inForms('takes unsigned tokens', isUnsigned, strange),
  }),
  ...mutants('critical', ['A-40'], inForms('takes expired tokens', signedBut('exp'), forms)),
]
