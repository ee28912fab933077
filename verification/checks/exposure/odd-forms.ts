import { checksOf } from '../../engine/check.ts'
import { type CheckContext, TASKS } from '../../engine/check-context.ts'
import type { HttpRequest } from '../../engine/http/exchange.ts'
import { hostileShares } from '../cors/requests.ts'
import { ownTask } from '../own-task.ts'
import { from } from '../pages.ts'
import { withHeaders, withQuery } from '../shapes.ts'
import { ofTheInside } from '../untrusted.ts'

/** Forms of a request that proxies, probes and old programs use, and for which rules are easily made an exception. */
const forms: Readonly<Record<string, (request: HttpRequest) => HttpRequest>> = {
  'HTTP/1.0': (request) => ({ ...request, version: '1.0' }),
  'the absolute form': (request) => ({ ...request, path: `http://localhost${request.path}` }),
  'a Host of this machine': (request) => withHeaders(request, ['Host', 'localhost']),
  'an Expect': (request) => withHeaders(request, ['Expect', '100-continue']),
  'the address of what is open': (request) => withQuery(request, 'next=/health'),
  'headers of the inside': (request) => withHeaders(request, ...ofTheInside),
}

/** Refused by the rule itself; whoever cannot read such a request refuses it by another. */
const BY_RULE = [401, 403, 404]

/** Who gets nothing by any request. */
const refused = async (context: CheckContext): Promise<Record<string, HttpRequest>> => {
  const { id } = await ownTask(context)
  const [header, payload] = `${context.settings.users?.a.token}`.split('.')
  // As long as the signature of a shared secret.
  const badly = [header, payload, Buffer.alloc(32, context.runId).toString('base64url')].join('.')
  // Who asks often: what was refused stays refused.
  const [{ value: stranger }] = hostileShares(context).steady
  return {
    'somebody without a token': { path: TASKS, as: 'nobody' },
    'whoever signs with another key': { path: TASKS, authorization: `Bearer ${badly}` },
    'another owner': { path: `${TASKS}/${id}`, as: 'B' },
    'a strange page': from(stranger, { path: TASKS, as: 'A' }),
  }
}

/** Rules that hold for each request, in whatever form it comes. */
export const oddForms = checksOf(
  { requirements: ['US2', 'SC-002'], record: 'ADR-0016', needs: ['users'] } as const,
  {
    'X-21': {
      promise: 'keeps its rules for requests in forms that hardly anybody sends',
      severity: 'critical',
      fix: 'decide by token, owner and origin alone; not by version, form, Host or headers of the inside',
      run: async (context) => {
        const send = async (whose: string, request: HttpRequest, names: readonly string[]) => {
          const formed = names.reduce((it, name) => forms[name]?.(it) ?? it, {
            ...request,
            raw: true,
            parserMayRefuse: true,
          } as HttpRequest)
          const exchange = await context.send(formed)
          const { status } = exchange.response ?? {}
          if (status !== undefined && !exchange.edge)
            context.expect(status >= 400, exchange, `nothing for ${whose} by ${names.join(', ')}`)
          return status
        }
        const all = Object.keys(forms)
        const asked = Object.entries(await refused(context)).map(async ([whose, request], turn) => {
          // An old version knows no Expect, so every second one comes without.
          const names = turn % 2 === 0 ? all : all.filter((name) => name !== 'HTTP/1.0')
          const status = await send(whose, request, names)
          // Where one of the forms cannot be read, the others were not seen.
          if (status === undefined || (status >= 400 && !BY_RULE.includes(status)))
            await Promise.all(names.map((name) => send(whose, request, [name])))
        })
        await Promise.all(asked)
      },
    },
  },
)
