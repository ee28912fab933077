import { field, type ProxyResponse } from '../../../../bootstrap/system/http-messages.ts'
import { anySignature, lettingPass } from '../../operators/credentials.ts'
import { userNamedBy } from '../../operators/identity.ts'
import type { Proxied } from '../../operators/proxy.ts'
import { calls, only, queryOf } from '../../operators/where.ts'
import { mutants } from '../mutant.ts'

/** Answers whoever shows no token from what it has recorded under a key. */
const replayingFirst: Proxied = {
  proxy: () => {
    const recorded = new Map<string, ProxyResponse>()
    return async (request, pass) => {
      const key = field(request.headers, 'idempotency-key')
      if (key === undefined) return pass(request)
      const known = recorded.get(key)
      if (known && field(request.headers, 'authorization') === undefined) return known
      const response = await pass(request)
      if (response.status === 201) recorded.set(key, response)
      return response
    }
  },
}

const unverifiedWith = (header: string) =>
  only(({ headers }) => field(headers, header) !== undefined, lettingPass(anySignature))

/** What stands beside a token, and decides in its place. */
export const besideTheTokenMutants = mutants('critical', ['A', 'X-21'], {
  'verifies no signature beside an If-Match': unverifiedWith('if-match'),
  'verifies no signature beside an Expect': unverifiedWith('expect'),
  'verifies no signature behind a small bearer': only(
    ({ headers }) => /^bearer /.test(field(headers, 'authorization') ?? ''),
    lettingPass(anySignature),
  ),
  'verifies no signature where nothing is sent to complete': only(
    (request) => calls('completeTask')(request) && request.body.length === 0,
    lettingPass(anySignature),
  ),
  'lets a parameter choose whose tasks are listed': userNamedBy(({ path }) =>
    queryOf(path).get('all') === 'true' ? 'everybody' : undefined,
  ),
  'replays to whoever knows a key': replayingFirst,
  'believes whoever says whom they impersonate': userNamedBy(({ headers }) =>
    field(headers, 'x-impersonate'),
  ),
})
