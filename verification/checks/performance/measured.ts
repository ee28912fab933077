import { type CheckContext, TASKS } from '../../engine/check-context.ts'
import type { Exchange } from '../../engine/http/exchange.ts'
import { oncePerRun } from '../once-per-run.ts'

/** No more than one page of a frontend asks for at once. */
export const CROWD = 7
export const PAGE = `${TASKS}?per_page=1`

/** One after the other: this group is the last of a run, so everything is warm and few others are asking. */
export const measured = oncePerRun(async (context: CheckContext) => {
  const { id } = await context.task('A')
  const path = `${TASKS}/${id}`
  const searched = `${TASKS}?search=${context.runId}&sort_by=title`
  const samples: Exchange[] = []
  const others: Exchange[] = []
  // By the other right behind, before anything else can have emptied a cache.
  for (const list of [TASKS, searched]) {
    samples.push(await context.send({ path: list, as: 'A' }))
    others.push(await context.send({ path: list, as: 'B' }))
  }
  const concurrent = await Promise.all([
    context.send({ path, as: 'A' }),
    context.send({ path: searched, as: 'A' }),
    context.send({ method: 'PATCH', path, as: 'A', json: { priority: 'high' } }),
    ...Array.from({ length: CROWD - 3 }, () => context.send({ path: PAGE, as: 'A' })),
  ])
  const refused = await Promise.all([
    context.send({ method: 'DELETE', path, as: 'A', headers: [['If-Match', '"gone by"']] }),
    context.send({ method: 'PATCH', path, as: 'A', json: { due_date: '2030-02-30' } }),
  ])
  const afterwards = await context.send({ path, as: 'A' })
  // Right behind it, as well.
  const foreign = await context.send({ path, as: 'B' })
  return { samples, others, concurrent, refused, afterwards, foreign }
})
