import { TASKS } from '../../../engine/check-context.ts'
import { type Cell, type Route, taskRoutes } from '../../../engine/matrix.ts'
import { oncePerRun } from '../../once-per-run.ts'
import { type Rider, unheardOn } from './condition.ts'
import { settled } from './edits.ts'

/** Ways to name the present state to whoever reads (RFC 9110 §13.1.2: compared weakly); the plainest is for D-13. */
const unchanged: Readonly<Record<string, (etag: string) => string>> = {
  'If-None-Match: *': () => '*',
  'its tag, weak': (etag) => `W/${etag.replace(/^W\//, '')}`,
}

const readings = taskRoutes
  .filter(({ operation }) => operation.headers?.includes('If-None-Match'))
  .flatMap((route) =>
    Object.entries(unchanged)
      .filter(([name]) => route.method !== 'HEAD' || name === 'its tag, weak')
      .map(([name, value]) => ({ route, name, value })),
  )

const readingCell = ({ route, name }: { route: Route; name: string }): Cell => ({
  ...{ route, dimension: 'precondition' },
  value: name,
})
export const readingCells = readings.map(readingCell)

const heading = taskRoutes.find(({ id, method }) => id === 'getTask' && method === 'HEAD') as Route

/** By HEAD, and by all who know the state already. */
export const reread = oncePerRun(async (context) => {
  const { id, etag } = await settled(context)
  const read = (method: string, rider: Rider) =>
    context.send({ method, path: `${TASKS}/${id}`, as: 'A', ...rider })
  const [head, ...known] = await Promise.all([
    read('HEAD', unheardOn(heading)),
    ...readings.map((reading) =>
      read(reading.route.method, {
        headers: [['If-None-Match', reading.value(etag)]],
        covers: [readingCell(reading)],
      }),
    ),
  ])
  return { etag, head, known }
})
