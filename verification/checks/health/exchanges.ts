import type { Static } from 'typebox'
import type { Health } from '../../../adapters/http/contract/schemas.ts'
import { type CheckContext, TASKS } from '../../engine/check-context.ts'
import { type Exchange, type HttpRequest, membersOf } from '../../engine/http/exchange.ts'
import { oncePerRun } from '../once-per-run.ts'

/** The one plain `GET /health` of the run. */
export const plainHealth = oncePerRun((context) => context.send({ path: '/health' }))

/** The longest name that a request can be given. */
export const longestId = ({ runId }: CheckContext): string => `vrf.${runId}_A-`.padEnd(64, 'z')

/** The one `GET /livez`, with such a name and a token that nobody asked for. */
export const livez = oncePerRun((context) =>
  context.send({
    path: '/livez/',
    authorization: 'Bearer none',
    headers: [['X-Request-Id', longestId(context)]],
  }),
)

/** A character too long to be one, and no less well formed. */
export const tooLongId = `vrf-${'z'.repeat(61)}`

/** The one `GET /`, likewise: a token has no say where none is asked for. */
export const root = oncePerRun((context) =>
  context.send({
    path: '/',
    authorization: 'Bearer none',
    headers: [['X-Request-Id', tooLongId]],
  }),
)

/** With a type for the body that it has not, as clients in browsers send it. */
const typedRead: HttpRequest = {
  ...{ path: `${TASKS}?per_page=1`, as: 'A' },
  headers: [['Content-Type', 'application/json']],
}

/** The one `GET` of an address where nothing is. */
export const nowhere = oncePerRun((context) =>
  context.send({ path: `/api/v1/vrf-${context.runId}` }),
)

const READS = 1
const BURST = 8

/** Health checks of all kinds at once, and reads of tasks among them. */
export const concurrentHealth = oncePerRun(async (context) => {
  const users = context.settings.users !== undefined
  const all = (requests: readonly Partial<HttpRequest>[]) =>
    Promise.all(requests.map((it) => context.send({ path: '/health', ...it })))
  // With an Authorization that means nothing here.
  const credentials: Partial<HttpRequest>[] = [
    { authorization: 'Bearer not-a-token' },
    { authorization: 'Basic dnJmOnZyZg==' },
    ...(users ? [{ as: 'A' } as const] : []),
  ]
  // With parameters and headers that ask for more than there is to tell.
  const questions: Partial<HttpRequest>[] = [
    { path: '/health?verbose=1&debug=true&db=x&format=full', headers: [['X-Debug', '1']] },
  ]
  // Each over a connection of its own: another replica may answer.
  const alone = Array<Partial<HttpRequest>>(4).fill({ fresh: true })
  const rest = BURST - credentials.length - questions.length - alone.length
  const lists = Array<HttpRequest>(users ? READS : 0).fill(typedRead)
  const [plain, fresh, credentialed, curious, reads] = await Promise.all([
    all(Array<Partial<HttpRequest>>(rest).fill({})),
    all(alone),
    all(credentials),
    all(questions),
    all(lists),
  ])
  return { plain, fresh, credentialed, curious, reads }
})

type ConcurrentHealth = Awaited<ReturnType<typeof concurrentHealth>>

export const everyHealth = ({
  plain,
  fresh,
  credentialed,
  curious,
}: ConcurrentHealth): readonly Exchange[] => [...plain, ...fresh, ...credentialed, ...curious]

/** What `/health` said, as far as it is an object at all; G-02 judges its shape in full. */
export const healthIn = membersOf<Static<typeof Health>>

/** All names of members, nested ones with their parent. */
export const membersIn = (exchange: Exchange): string => {
  const { database = {}, ...rest } = healthIn(exchange)
  const nested = Object.keys(database).map((name) => `database.${name}`)
  return [...Object.keys(rest), ...nested].sort().join(' ')
}

export const common = { record: 'ADR-0013', requirements: ['FR-005', 'US2'] } as const
/** What it says where all is well, and all that it says. */
export const MEMBERS = 'database.latency_ms database.status environment release status timestamp'

export const expectHealthy = (context: CheckContext, exchange: Exchange): boolean => {
  const { status, database } = healthIn(exchange)
  return context.expect(
    exchange.response?.status === 200 && status === 'ok' && database?.status === 'connected',
    exchange,
    '200 with status ok and database connected',
  )
}
