import { type CheckContext, TASKS } from '../../../engine/check-context.ts'
import type { Exchange } from '../../../engine/http/exchange.ts'
import { ownerRoutes, type Route } from '../../../engine/matrix.ts'
import { validRequest } from '../../../engine/valid-request.ts'
import { oncePerRun } from '../../once-per-run.ts'
import { etagIn } from '../../tasks.ts'
import { creations } from '../keys/keyed-requests.ts'
import { repeated } from '../keys/keys.ts'
import { fullPage } from '../lists.ts'
import { holding, malformed, type Rider, under, unheardOn } from './condition.ts'
import { type Edited, edits, settled } from './edits.ts'
import { reread } from './reread.ts'
import { changedInShapes } from './shaped-changes.ts'

const isRemoval = ({ method }: Route) => method === 'DELETE'
const reading = ownerRoutes.find(({ id, method }) => id === 'getTask' && method === 'GET') as Route

/** What needs no body is sent without one here, and with one in shapes. */
const bare = ({ operation: { body } }: Route) =>
  body?.required === false ? { json: undefined } : {}

const sendOn = (context: CheckContext, route: Route, id: string, rider: Rider): Promise<Exchange> =>
  context.send({ ...validRequest(context, route, id), ...bare(route), as: 'A', ...rider })

/** What must be refused, all at once, in every shape too; and the task after it, asked for under what must not be heard. */
export const judged = oncePerRun(async (context) => {
  const { id, etag } = await settled(context)
  const refused = await Promise.all(
    malformed.map((it) => sendOn(context, it.route, id, under([it], etag))),
  )
  const invalid = await context.send({
    ...{ method: 'PUT', path: `${TASKS}/${id}`, as: 'A' },
    json: { title: context.canary(), priority: 'none' },
  })
  await changedInShapes(context)
  const after = await sendOn(context, reading, id, unheardOn(reading))
  return { etag, refused, invalid, after }
})

/** At last each task goes under a condition that holds, beside one that has no say. */
export const removed = oncePerRun(async (context) => {
  // Whoever asks for one of them has been answered by then.
  await Promise.all([judged(context), reread(context)])
  const tasks = await edits(context)
  const removals = holding.filter(({ route }) => isRemoval(route)).slice(0, tasks.length)
  const answers: Exchange[] = []
  // One after the other: whoever keeps keys that have no say has kept the first one's by the second.
  for (const [index, condition] of removals.entries()) {
    const { id, read } = tasks[index] as Edited
    const { route } = condition
    const [held, unheard] = [under([condition], etagIn(read)), unheardOn(route)]
    answers.push(
      await sendOn(context, route, id, {
        headers: [...held.headers, ...unheard.headers],
        covers: [...held.covers, ...unheard.covers],
      }),
    )
  }
  return answers
})

/** Everything that bears what has no say. */
export const unheardAnywhere = async (context: CheckContext): Promise<readonly Exchange[]> => {
  const [{ after }, { head }, removals, { others }, { listed }, full] = await Promise.all([
    ...([judged(context), reread(context), removed(context)] as const),
    ...([creations(context), repeated(context), fullPage(context)] as const),
  ])
  const idle = (await edits(context)).flatMap((it) => [it.steps[0]?.after, it.idle[0]])
  const unheard = [after, head, ...removals, ...others, listed, full, ...idle]
  return unheard.filter((it) => it !== undefined)
}
