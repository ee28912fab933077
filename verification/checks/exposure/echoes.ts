import { checksOf } from '../../engine/check.ts'
import { type CheckContext, TASKS } from '../../engine/check-context.ts'
import type { HttpRequest } from '../../engine/http/exchange.ts'
import { ownerRoutes } from '../../engine/matrix.ts'
import { ownTask } from '../own-task.ts'
import { NOBODYS_TASK } from '../tasks.ts'

const namesIn = (schema: object | undefined): string[] =>
  Object.keys((schema as { properties?: object } | undefined)?.properties ?? {})

/**
 * Every parameter of every query and every member of every body, with the same text for a value; members in a list, which
 * hardly any takes, and which becomes the text again where somebody prints it.
 */
const everywhere = (text: string, own: string): HttpRequest[] =>
  ownerRoutes.flatMap(({ method, operation }) => {
    if (method === 'HEAD') return []
    // Values are judged before whether there is such a task, and before its state (contract §1).
    const path = operation.path.replace('{id}', method === 'PUT' ? nobodys : own)
    const [parameters, members] = [namesIn(operation.query), namesIn(operation.body?.schema)]
    const query = [...parameters, text].map((name) => `${name}=${text}`).join('&')
    const json = Object.fromEntries([...members, text].map((name) => [name, [text]]))
    return [
      ...(parameters.length > 0 ? [{ method, path: `${path}?${query}` }] : []),
      ...(members.length > 0 ? [{ method, path, json, headers: [ifMatch(text)] }] : []),
    ]
  })

const nobodys = NOBODYS_TASK.slice(TASKS.length + 1)
const ifMatch = (text: string) => ['If-Match', `"${text}"`] as const

/**
 * Wherever else a caller can write, each in a request that is refused for it. Types, codings, keys and what is no JSON are
 * refused elsewhere with such texts in them.
 */
const elsewhere = (text: string): HttpRequest[] => [
  { path: `/${text}?${text}=${text}`, headers: [['X-Request-Id', `${text}/x`]] },
  {
    path: `${TASKS}/${text}`,
    // A body that has no meaning here: ignored or refused, and nothing to fail over.
    json: { [text]: text },
    parserMayRefuse: true,
    headers: [
      ['If-None-Match', `"${text}"`],
      ['X-Request-Id', text.padEnd(65, '-')],
    ],
  },
  { path: TASKS, headers: [['Origin', `https://${text}.example`]] },
  { path: `${TASKS}/${text}`, as: 'nobody', authorization: `Bearer ${text}.${text}.${text}` },
]

/** Where what is sent could come back; G-21 looks at every answer of the run. */
export const echoes = checksOf(
  { requirements: ['SC-002', 'US1'], record: 'ADR-0016', needs: ['users'] } as const,
  {
    'X-20': {
      promise: 'refuses without a word of what was sent, wherever the caller wrote it',
      severity: 'medium',
      fix: 'word refusals from a closed list, and give nothing of a request to what words them',
      run: async (context) => {
        const text = context.canary()
        const { id } = await ownTask(context)
        const headers = [ifMatch(text)]
        const unmatched = { method: 'DELETE', path: `${TASKS}/${id}`, headers }
        const all = [...elsewhere(text), unmatched]
        await Promise.all([
          ...all.map((request) => expectSilent(context, request, text)),
          ...everywhere(text, id).map(async (request) => {
            const exchange = await expectSilent(context, request, text)
            context.expectProblem(exchange, 'validation_failed')
          }),
        ])
      },
    },
  },
)

const expectSilent = async (context: CheckContext, request: HttpRequest, text: string) => {
  const headers = [...(request.headers ?? []), ['X-Vrf', text], ['User-Agent', text]] as const
  const exchange = await context.send({ as: 'A', ...request, headers })
  const { status = 0, rawHeaders = '', text: said = '' } = exchange.response ?? {}
  context.expect(status >= 400 && status < 500, exchange, 'a refusal')
  if (request.as === 'nobody') context.expectStatus(exchange, 401)
  const echoed = `${rawHeaders}\n${said}`.includes(text)
  context.expect(!echoed, exchange, 'a refusal without a word of the request', 'it comes back')
  return exchange
}
