import { checksOf } from '../../engine/check.ts'
import { type CheckContext, newTask, TASKS } from '../../engine/check-context.ts'
import type { HttpRequest } from '../../engine/http/exchange.ts'
import { Unsent } from '../../engine/http/transport.ts'
import { claimsIn } from '../../engine/users.ts'
import type { Neighbourhood } from '../../tokens/vector-pack.ts'
import { nearKeys } from '../../tokens/vectors/neighbours.ts'
import { dealt } from '../dealt.ts'
import { idsIn, taskIn, totalIn } from '../tasks.ts'
import { about } from './fixture.ts'

/** How many of the rare ones are tried in a run; which ones is by the seed. */
const RARE_MAX = 1

const subjectOf = (token: string) => String(claimsIn(token).sub)

/** The name of a subject that is a pattern for another's. */
const isPattern = (other: string, own: string): boolean =>
  ['%', '_'].some((sign) => other.split(sign).length > own.split(sign).length)

/** What a neighbour does to a task of which it knows the id and the title. */
type Deed = (task: { id: string; title: string }) => HttpRequest

const look: Deed = ({ title }) => ({ path: `${TASKS}?search=${title}` })
const read: Deed = ({ id }) => ({ path: `${TASKS}/${id}` })
const change: Deed = ({ id }) => ({
  ...{ method: 'PATCH', path: `${TASKS}/${id}` },
  json: { priority: 'high' },
})
const remove: Deed = ({ id }) => ({ method: 'DELETE', path: `${TASKS}/${id}` })

/**
 * Any likeness shows in any statement that has it; which statement has it nobody knows. None of them owns anything, which
 * is a likeness of its own.
 */
const deeds: readonly Deed[] = [look, read, change, remove]

/**
 * One creates a task and completes it with a key; to all the others, who repeat what was done or do something else of
 * their own, it must not be there.
 */
const lookAround = async (context: CheckContext, { token, others }: Neighbourhood) => {
  const { seed } = context.settings
  const sendAs = (by: string, request: HttpRequest) =>
    context.send({ ...request, authorization: `Bearer ${by}` })
  const json = newTask(context)
  const made = await sendAs(token, { method: 'POST', path: TASKS, json })
  const { id = '' } = taskIn(made)
  const isServed = made.response?.status !== 401
  if (!context.expect(isServed, made, 'any subject of 255 characters but controls is served'))
    return
  context.control(made.response?.status === 201 && id !== '', made, 'anybody can create')
  const task = { id, title: json.title }
  const key = context.canary()
  // As nearly the same key as the subjects are: both put together may be one text.
  const keysWith = (by: string) => nearKeys(subjectOf(token), subjectOf(by), key)
  const complete = (withKey: string): HttpRequest => ({
    ...{ method: 'PATCH', path: `${TASKS}/${id}/complete`, json: { completed: true } },
    headers: [['Idempotency-Key', withKey]],
  })
  const doneBy = (by: string, turn: number): HttpRequest => {
    const [own, other] = [subjectOf(token), subjectOf(by)]
    const [whole, near] = keysWith(by)
    // In the two statements by which most is found: each pattern by one of them, in another run by the other.
    if (isPattern(other, own)) return ((turn + seed) % 2 ? look : read)(task)
    // Whoever's name is the beginning of another's lists for A-41.
    if (own.startsWith(other)) return read(task)
    const deed = near === whole ? deeds[(turn + seed) % (deeds.length + 1)] : undefined
    return deed?.(task) ?? complete(near)
  }
  try {
    context.expectStatus(await sendAs(token, complete(keysWith(token)[0])), 200)
    const places = others.filter(({ rare }) => !rare).length + RARE_MAX
    const due = dealt(others, Math.min(places, others.length), seed)
    const looked = due.map(async ({ name, token: other }, turn) => {
      const exchange = await sendAs(other, doneBy(other, turn))
      const { status } = exchange.response ?? {}
      const isEmpty = status === 200 && totalIn(exchange) === 0 && idsIn(exchange).length === 0
      // Whether such a subject is served at all is for the checks of tokens to say.
      const isNothing = status === 401 || status === 404 || isEmpty
      context.expect(isNothing, exchange, `nothing of another for the owner who is ${name}`)
    })
    await Promise.all(looked)
  } finally {
    // Nobody clears up for strangers.
    await sendAs(token, { ...remove(task), housekeeping: true })
  }
}

export const nearOwners = checksOf(about, {
  'I-37': {
    promise: 'takes no two owners for one whose names are nearly the same',
    severity: 'critical',
    needs: ['users', 'keys'],
    fix: 'compare owners byte for byte: no trimming, folding, cutting or collation on the way',
    run: async (context) => {
      const { neighbourhoods = [] } = context.settings.vectors ?? {}
      if (neighbourhoods.length === 0)
        throw new Unsent('nobody in VECTORS is nearly another: make them again')
      await Promise.all(neighbourhoods.map((it) => lookAround(context, it)))
    },
  },
})
