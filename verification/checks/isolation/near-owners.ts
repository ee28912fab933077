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

/** A name that is a pattern finds others where many are looked for; any other likeness shows in any statement. */
const isPattern = (token: string, own: string): boolean => {
  const [other, name] = [token, own].map(subjectOf)
  return ['%', '_'].some(
    (sign) => (other?.split(sign).length ?? 0) > (name?.split(sign).length ?? 0),
  )
}

/**
 * One creates a task and completes it with a key; to all the others, who repeat what was done or look for it by its
 * title, it must not be there.
 */
const lookAround = async (context: CheckContext, { token, others }: Neighbourhood) => {
  const sendAs = (by: string, request: HttpRequest) =>
    context.send({ ...request, authorization: `Bearer ${by}` })
  const json = newTask(context)
  const list = `${TASKS}?search=${json.title}`
  const made = await sendAs(token, { method: 'POST', path: TASKS, json })
  const { id = '' } = taskIn(made)
  const isServed = made.response?.status !== 401
  if (!context.expect(isServed, made, 'any subject of 255 characters but controls is served'))
    return
  context.control(made.response?.status === 201 && id !== '', made, 'anybody can create')
  try {
    const path = `${TASKS}/${id}/complete`
    const key = context.canary()
    // As nearly the same key as the subjects are: both put together may be one text.
    const complete = (by: string) => {
      const [whole, near] = nearKeys(subjectOf(token), subjectOf(by), key)
      return sendAs(by, {
        ...{ method: 'PATCH', path, json: { completed: true } },
        headers: [['Idempotency-Key', by === token ? whole : near]],
      })
    }
    context.expectStatus(await complete(token), 200)
    const places = others.filter(({ rare }) => !rare).length + RARE_MAX
    const due = dealt(others, Math.min(places, others.length), context.settings.seed)
    const looked = due.map(async ({ name, token: other }) => {
      if (isPattern(other, token)) {
        const page = await sendAs(other, { path: list })
        // Whether such a subject is served at all is for the checks of tokens to say.
        const none = page.response?.status === 401 || (totalIn(page) === 0 && !idsIn(page).length)
        context.expect(none, page, `nothing for the owner who is ${name}`, 'tasks of another')
        return
      }
      const repeated = await complete(other)
      const isRefused = [401, 404].includes(repeated.response?.status ?? 0)
      context.expect(isRefused, repeated, `no answer of another for the owner who is ${name}`)
    })
    await Promise.all(looked)
  } finally {
    // Nobody clears up for strangers.
    await sendAs(token, { method: 'DELETE', path: `${TASKS}/${id}`, housekeeping: true })
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
