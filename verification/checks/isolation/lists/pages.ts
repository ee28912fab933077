import type { CheckContext } from '../../../engine/check-context.ts'
import type { Exchange } from '../../../engine/http/exchange.ts'
import { oncePerRun } from '../../once-per-run.ts'
import { idsIn, nextUrl, pathOf, sameIds, tasksIn, totalIn } from '../../tasks.ts'
import { CONNECTION, fixture } from '../fixture.ts'

/** Page by page and by cursor, under a tag that both users have given to tasks. */
export const pages = oncePerRun(async (context) => {
  const path = `${(await fixture(context)).list}&per_page=1`
  const first = await context.send({ path, as: 'A' })
  const next = nextUrl(context, first)
  const second = await context.send({ path: `${path}&page=2`, as: 'A' })
  const followed = next && (await context.send({ path: pathOf(next), as: 'A' }))
  return { first, second, followed }
})

/**
 * The same address for everybody over one connection, with nothing in it that a cache could tell apart, and with all
 * that may make one keep an answer.
 */
export const sameAddress = oncePerRun(async (context) => {
  const { list } = await fixture(context)
  const path = `${list}&search=vrf&priority=low,medium,high&sort_by=title&page=1&per_page=100`
  const read = (as: 'A' | 'B' | 'nobody') => context.send({ path, as, connection: CONNECTION })
  return { ofB: await read('B'), ofA: await read('A'), ofNobody: await read('nobody') }
})

export const expectOnly = (context: CheckContext, page: Exchange, ids: readonly string[]): void => {
  if (!context.expectStatus(page, 200)) return
  const [seen, owner] = [idsIn(page), context.settings.users?.[page.as === 'B' ? 'b' : 'a'].subject]
  const observed = `${seen.length} tasks, ${seen.filter((id) => !ids.includes(id)).length} of them others`
  context.expect(sameIds(seen, ids), page, `exactly ${ids.length} tasks of ${page.as}`, observed)
  const own = tasksIn(page).every(({ user_id }) => user_id === owner)
  context.expect(own, page, `user_id of ${page.as} on every task`)
}

export const expectNone = (context: CheckContext, page: Exchange): void => {
  expectOnly(context, page, [])
  context.expect(totalIn(page) === 0, page, 'total 0', `total ${totalIn(page)}`)
}

/** Ids that B sees under the common tag. */
export const seenByB = async (context: CheckContext): Promise<Exchange> =>
  (await sameAddress(context)).ofB
